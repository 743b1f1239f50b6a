using System.Text;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Tests.Sources;

public sealed class StreamTitleTests
{
    [Theory]
    [InlineData("StreamTitle='Artist - Song';", "Artist - Song")]
    [InlineData("StreamTitle='';", "")]
    [InlineData("StreamTitle='Don't Stop';", "Don't Stop")]
    [InlineData("StreamTitle='a';b', c;';", "a';b', c;")]
    [InlineData("StreamTitle='Rock'n'Roll; live, 1999';StreamUrl='http://example.org/?a=';b';", "Rock'n'Roll; live, 1999")]
    [InlineData("StreamTitle='x';StreamUrl='';", "x")]
    [InlineData("StreamUrl='http://example.org';StreamTitle='behind';", "behind")]
    [InlineData("StreamTitle='Ad';adw_ad='true';durationMilliseconds='30012';insertionType='preroll';", "Ad")]
    [InlineData("StreamTitle='no semicolon'", "no semicolon")]
    [InlineData("StreamTitle='no end", "no end")]
    [InlineData("StreamTitle=' \u0001spaced\u0007\r\n ';", "spaced")]
    [InlineData("StreamTitle='été — 日本 🎵';", "été — 日本 🎵")]
    [InlineData("streamtitle='lower';", "lower")]
    [InlineData("STREAMTITLE='upper';StreamUrl='';", "upper")]
    [InlineData("StreamTitle=\"Don't Stop\";", "Don't Stop")]
    [InlineData("StreamTitle=\"a\";StreamUrl='x';", "a")]
    [InlineData("StreamTitle='Simon &amp; Garfunkel &#8211; The &quot;Boxer&quot;';", "Simon & Garfunkel – The \"Boxer\"")]
    [InlineData("StreamTitle='AT&T - R&B';", "AT&T - R&B")]
    [InlineData("StreamTitle='Artist - text=\"Song Title\" song_spot=\"M\" MediaBaseId=\"1234\" itunesTrackId=\"0\"';", "Artist - Song Title")]
    [InlineData("StreamTitle='text=\"Spot Block\" song_spot=\"T\"';", "Spot Block")]
    [InlineData("StreamTitle='title=\"Song\",artist=\"Artist\",url=\"song_spot=\\\"M\\\"\"';", "Artist - Song")]
    [InlineData("StreamTitle='My context=\"none\"';", "My context=\"none\"")]
    [InlineData("StreamTitle=' - ';", "")]
    [InlineData("StreamTitle=' – | : ';", "")]
    public void A_title_is_read_whatever_characters_it_contains(string block, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(block);
        var padded = new byte[(bytes.Length + 15) / 16 * 16];
        bytes.CopyTo(padded, 0);
        Assert.True(StreamTitle.TryParse(padded, out var title));
        Assert.Equal(expected, title);
    }

    [Theory]
    [InlineData("Café Münster ½", "Café Münster ½")]
    [InlineData("Caf\u00e9", "Café")]
    [InlineData("Don\u0092t Stop \u0096 Believin\u0092 \u0080", "Don’t Stop – Believin’ €")]
    public void Titles_that_are_not_utf_8_are_read_as_windows_1252(string bytes, string expected)
    {
        Assert.True(StreamTitle.TryParse(Encoding.Latin1.GetBytes($"StreamTitle='{bytes}';"), out var title));
        Assert.Equal(expected, title);
    }

    [Theory]
    [InlineData("Артист - Очень длинное назва", new byte[] { 0xD0 })]
    [InlineData("日本", new byte[] { 0xE6, 0x97 })]
    [InlineData("日本 🎵", new byte[] { 0xF0, 0x9F, 0x8E })]
    public void Utf_8_that_is_cut_inside_its_last_character_keeps_the_rest(string whole, byte[] cut)
    {
        Assert.True(StreamTitle.TryParse([.. Encoding.UTF8.GetBytes($"StreamTitle='{whole}"), .. cut, .. "';"u8], out var title));
        Assert.Equal(whole, title);
    }

    [Theory]
    [InlineData("windows-1251", "Артист - Песня")]
    [InlineData("koi8-r", "Артист - Песня")]
    [InlineData("shift_jis", "日本の歌")]
    [InlineData("utf-8", "Ünï")]
    public void A_known_charset_is_used(string charset, string expected)
    {
        var encoding = MetadataCharset.Find(charset)!;
        Assert.True(StreamTitle.TryParse([.. "StreamTitle='"u8, .. encoding.GetBytes(expected), .. "';StreamUrl='';"u8], out var title, encoding));
        Assert.Equal(expected, title);
    }

    [Theory]
    [InlineData("klingon")]
    [InlineData("")]
    [InlineData("utf-16")]
    [InlineData("IBM037")]
    public void Charsets_that_titles_cannot_have_are_unknown(string charset) => Assert.Null(MetadataCharset.Find(charset));

    [Theory]
    [InlineData("")]
    [InlineData("StreamUrl='http://example.org';")]
    [InlineData("StreamTitle=unquoted;")]
    public void A_block_without_a_title_gives_none(string block) => Assert.False(StreamTitle.TryParse(Encoding.UTF8.GetBytes(block), out _));

    [Fact]
    public void A_title_is_cut_at_4080_bytes_and_never_inside_a_character()
    {
        Assert.Equal(new string('x', 4080), StreamTitle.Clean(new string('x', 4081)));
        var cut = StreamTitle.Clean("x" + string.Concat(Enumerable.Repeat("🎵", 2000)));
        Assert.Equal(4077, Encoding.UTF8.GetByteCount(cut));
        Assert.False(char.IsHighSurrogate(cut[^1]));
    }

    [Theory]
    [InlineData("Artist - Song")]
    [InlineData("")]
    [InlineData("Rock'n'Roll; live, 1999")]
    [InlineData("été 日本 🎵")]
    [InlineData("exactly sixteen!!")]
    public void A_block_is_read_back_as_written(string title)
    {
        var block = StreamTitle.ToBlock(title);
        Assert.Equal(block.Length, 1 + (block[0] * 16));
        Assert.True(StreamTitle.TryParse(block.AsSpan(1), out var read));
        Assert.Equal(title, read);
    }

    [Fact]
    public void A_quote_and_semicolon_in_a_title_do_not_end_it_for_listeners()
    {
        var block = Encoding.UTF8.GetString(StreamTitle.ToBlock("a';StreamUrl='evil"));
        Assert.Equal("StreamTitle='a' ;StreamUrl='evil';", block[1..].TrimEnd('\0'));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(1019)]
    [InlineData(1400)]
    [InlineData(100_000)]
    public void A_block_is_never_too_long_for_its_length_byte(int characters)
    {
        foreach (var letter in new[] { "x", "日", "🎵", "';" })
        {
            var title = string.Concat(Enumerable.Repeat(letter, characters));
            var block = StreamTitle.ToBlock(title);
            Assert.InRange(block.Length, 1, 4081);
            Assert.Equal(block.Length, 1 + (block[0] * 16));
            Assert.True(StreamTitle.TryParse(block.AsSpan(1), out var read));
            Assert.StartsWith(letter[0].ToString(), read, StringComparison.Ordinal);
            Assert.True(title.Replace("';", "' ;", StringComparison.Ordinal).StartsWith(read, StringComparison.Ordinal), "only the end is cut");
        }
    }
}
