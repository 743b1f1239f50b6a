// Reads a feed with two parsers of others: node feeds.mjs FILE
import { readFileSync } from "node:fs";
import RssParser from "rss-parser";
import * as partytime from "podcast-partytime";

const xml = readFileSync(process.argv[2], "utf8");
const rss = await new RssParser().parseString(xml);
const party = partytime.parseFeed(xml);
console.log(JSON.stringify({
  rss_parser: { title: rss.title, items: rss.items.map((item) => ({ title: item.title, length: Number(item.enclosure.length) })) },
  partytime: { title: party.title, guid: party.guid, items: party.items.map((item) => ({ title: item.title, length: item.enclosure.length })) },
}));
