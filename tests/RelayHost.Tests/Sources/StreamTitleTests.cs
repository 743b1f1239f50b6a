using System.Text;
using Audio.Orleans.RelayHost.Sources;

namespace Audio.Orleans.RelayHost.Tests.Sources;

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
    public void A_title_is_read_whatever_stands_in_it(string block, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(block);
        var padded = new byte[(bytes.Length + 15) / 16 * 16];
        bytes.CopyTo(padded, 0);
        Assert.True(StreamTitle.TryParse(padded, out var title));
        Assert.Equal(expected, title);
    }

    [Fact]
    public void Latin_1_is_read_where_it_is_no_utf_8()
    {
        Assert.True(StreamTitle.TryParse(Encoding.Latin1.GetBytes("StreamTitle='Café Münster ½';"), out var title));
        Assert.Equal("Café Münster ½", title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("StreamUrl='http://example.org';")]
    [InlineData("StreamTitle=unquoted;")]
    [InlineData("streamtitle='x';")]
    public void A_block_without_a_title_names_none(string block) => Assert.False(StreamTitle.TryParse(Encoding.UTF8.GetBytes(block), out _));

    [Fact]
    public void A_title_is_cut_at_500_characters_and_never_inside_one()
    {
        Assert.Equal(new string('x', 500), StreamTitle.Clean(new string('x', 501)));
        var cut = StreamTitle.Clean("x" + string.Concat(Enumerable.Repeat("🎵", 300)));
        Assert.Equal(499, cut.Length);
        Assert.False(char.IsHighSurrogate(cut[^1]));
    }

    [Theory]
    [InlineData("Artist - Song")]
    [InlineData("")]
    [InlineData("Rock'n'Roll; live, 1999")]
    [InlineData("été 日本 🎵")]
    [InlineData("exactly sixteen!!")]
    public void A_block_reads_back_as_it_was_written(string title)
    {
        var block = StreamTitle.ToBlock(title);
        Assert.Equal(block.Length, 1 + (block[0] * 16));
        Assert.True(StreamTitle.TryParse(block.AsSpan(1), out var read));
        Assert.Equal(title, read);
    }

    [Fact]
    public void A_quote_and_semicolon_in_a_title_do_not_end_it_at_the_listeners()
    {
        var block = Encoding.UTF8.GetString(StreamTitle.ToBlock("a';StreamUrl='evil"));
        Assert.Equal("StreamTitle='a' ;StreamUrl='evil';", block[1..].TrimEnd('\0'));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(1019)]
    [InlineData(1400)]
    [InlineData(100_000)]
    public void A_block_never_outgrows_its_length_byte(int characters)
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
