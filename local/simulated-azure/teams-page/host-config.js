/** How the channel draws cards: our own colours and sizes, in the manner of Teams. */

const themes = {
  light: {
    ground: "#ffffff",
    ink: "#242424",
    quiet: "#616161",
    accent: "#4f52b2",
    good: "#0e700e",
    warning: "#8a3707",
    attention: "#b10e1c",
  },
  dark: {
    ground: "#292929",
    ink: "#f2f2f2",
    quiet: "#b4b4b4",
    accent: "#a6a7f2",
    good: "#74c774",
    warning: "#f7a66b",
    attention: "#f1757f",
  },
};

const tints = {
  light: {
    emphasis: "#f5f5f7",
    good: "#e9f5e9",
    warning: "#fdf1e7",
    attention: "#fbe9ea",
    accent: "#ecedf9",
  },
  dark: { emphasis: "#333336", good: "#1d3320", warning: "#40291a", attention: "#45232a", accent: "#2e2f52" },
};

function foregroundColors({ ink, quiet, accent, good, warning, attention }) {
  const plain = { default: ink, subtle: quiet };
  const coloured = (colour) => ({ default: colour, subtle: colour });
  return {
    default: plain,
    dark: plain,
    light: plain,
    accent: coloured(accent),
    good: coloured(good),
    warning: coloured(warning),
    attention: coloured(attention),
  };
}

function channelHostConfig(isDark) {
  const name = isDark ? "dark" : "light";
  const theme = themes[name];
  const colors = foregroundColors(theme);
  const style = (backgroundColor) => ({ backgroundColor, foregroundColors: colors });
  return {
    supportsInteractivity: true,
    fontFamily: "inherit",
    fontSizes: { small: 12, default: 14, medium: 15, large: 18, extraLarge: 22 },
    fontWeights: { lighter: 400, default: 400, bolder: 600 },
    spacing: { small: 6, default: 10, medium: 16, large: 22, extraLarge: 30, padding: 14 },
    separator: { lineThickness: 1, lineColor: isDark ? "#474747" : "#e3e3e3" },
    imageSizes: { small: 32, medium: 52, large: 100 },
    containerStyles: {
      default: style(theme.ground),
      emphasis: style(tints[name].emphasis),
      good: style(tints[name].good),
      warning: style(tints[name].warning),
      attention: style(tints[name].attention),
      accent: style(tints[name].accent),
    },
    adaptiveCard: { allowCustomStyle: false },
    textBlock: { headingLevel: 3 },
    factSet: {
      title: { color: "default", size: "default", weight: "bolder", wrap: true, maxWidth: 150 },
      value: { color: "default", size: "default", wrap: true },
      spacing: 14,
    },
    actions: {
      maxActions: 6,
      spacing: "default",
      buttonSpacing: 8,
      actionsOrientation: "horizontal",
      actionAlignment: "left",
      showCard: { actionMode: "inline", inlineTopMargin: 10, style: "emphasis" },
    },
  };
}
