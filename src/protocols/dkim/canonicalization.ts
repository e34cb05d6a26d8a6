// The two ways in which what is signed is brought into one form, so that small changes under way do no harm. RFC 6376 §3.4.

export type Canonicalization = 'simple' | 'relaxed';
