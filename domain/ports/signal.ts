/**
 * The platform's AbortSignal where there is one. Domain and workflow code is compiled without any platform's types; the
 * conditional is resolved by whoever uses the port.
 */
export type CancelSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : { readonly aborted: boolean };
