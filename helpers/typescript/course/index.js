// Python's `helpers.MODEL`: no lesson names a model.
export const MODEL = process.env.COURSE_MODEL;
