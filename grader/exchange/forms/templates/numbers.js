
"use strict";
// How numbers are written, typed or pasted. Nothing here knows what is right.

// The same rule as where they are marked: a comma that may stand for thousands is no point.
const NUMBER = /^[+-]?(\d+)?(?:([.,])(\d*))?(?:[eE][+-]?\d{1,4})?$/;
const plain = (text) => text.trim().replace(/[\u2212\u2013\u2010]/g, "-");

function problem(text) {
  const match = NUMBER.exec(plain(text));
  if (!match || !(match[1] || match[3])) return " is no number";
  const [, whole = "", point, decimals = ""] = match;
  if (point === "," && (!whole || (decimals.length === 3 && /[1-9]/.test(whole)))) {
    return ": the comma may stand for thousands; write a point";
  }
  return Number.isFinite(Number(plain(text).replace(",", "."))) ? "" : " is too large";
}

function fewDigits(text, digits) {
  const match = /^[+-]?(\d*)[.](\d*)$/.exec(plain(text));
  if (!match || Number(text) === 0) return false;
  const significant = (match[1] + match[2]).replace(/^0+/, "").length;
  return match[2].length < digits && significant < digits;
}

// Rows of cells: tab-separated from a spreadsheet, or numbers between brackets, commas or spaces.
function cells(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  if (text.includes("\t")) return lines.map((line) => line.split("\t").map((item) => item.trim()));
  return lines.map((line) => {
    const bare = line.replace(/^\s*[A-Za-z_]\w*\s*[:=]/, "").replace(/[[\](){}]/g, " ").trim();
    const pieces = bare.split(/[\s;]+/);
    if (pieces.length === 1) return bare.split(/,(?=[^,]*\.)/).length > 1 ? bare.split(",") : pieces;
    return pieces.map((piece) => piece.replace(/,$/, ""));
  });
}

// A comma is a decimal one throughout where one of them can be nothing else, and no point stands beside it.
function pointForComma(rows) {
  const flat = rows.flat();
  const clear = flat.some((text) => text.includes(",") && !problem(text));
  if (!clear || flat.some((text) => text.includes("."))) return rows;
  return rows.map((row) => row.map((text) => (/^[^,]*\d,\d+[^,]*$/.test(text) ? text.replace(",", ".") : text)));
}
