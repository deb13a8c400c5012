"""What pages and text dumps are both read with: plain text, ends of sentences, word lists."""
