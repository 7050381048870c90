// Globals of every JavaScript runtime that the language itself does not define.

declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
