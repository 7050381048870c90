// What every runtime of JavaScript has, though the language itself does not define it.

declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
