// Something long, read piece after piece by whatever reads at an offset.

export async function* readInPieces(
  sizeBytes: number,
  pieceBytes: number,
  read: (offset: number, lengthBytes: number) => Promise<Buffer>,
): AsyncIterable<Buffer> {
  for (let offset = 0; offset < sizeBytes; offset += pieceBytes) yield await read(offset, pieceBytes);
}
