/** Protocol versions that begin with `initialize`; the newest first, which is the one we ask for. */
export const initializedVersions = ['2025-11-25', '2025-06-18', '2025-03-26'] as const

export const askedVersion = initializedVersions[0]
