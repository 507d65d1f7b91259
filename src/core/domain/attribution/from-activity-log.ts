/** The event id of a signal that was read in the Activity Log begins with this; Event Grid's own ids are others. */
export const fromActivityLog = "activity-log:";
