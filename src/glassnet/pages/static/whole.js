// Whether this page came whole: all that it says and holds has the checksum (CRC-32) with which it was written.
{
  const table = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  const parts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && walker.currentNode !== document.currentScript) {
    const { nodeType, data, attributes, parentNode } = walker.currentNode;
    if (nodeType === Node.ELEMENT_NODE) for (const { value } of attributes) parts.push(value);
    else if (parentNode.localName !== "noscript") parts.push(data);
  }
  let sum = -1;
  for (const byte of new TextEncoder().encode(parts.join("").replace(/[ \t\n\r\f]+/g, ""))) sum = table[(sum ^ byte) & 255] ^ (sum >>> 8);
  if (((sum ^ -1) >>> 0).toString(16).padStart(8, "0") === document.documentElement.dataset.crc32) document.getElementById("damaged").remove();
}
