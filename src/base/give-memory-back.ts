// Memory that lies outside V8's heap, given back at once. Left to the collector, which hears of so many octets outside its
// heap, it looks through the whole heap again for each fifteen megabytes.

/** Nobody looks at the octets any more, and nothing is on its way to or from them. A window into shared memory is left alone. */
export function giveMemoryBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
