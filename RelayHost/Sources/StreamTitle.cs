using System.Buffers;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>Reads the title out of an ICY metadata block, and writes such blocks.</summary>
public static partial class StreamTitle
{
    /// <summary>The longest title that is kept, in bytes of UTF-8: what a block's length byte, which counts sixteens, can say.</summary>
    public const int MostBytes = 255 * 16;

    private const string Name = "StreamTitle=";

    private const string Start = "StreamTitle='", End = "';";

    private static readonly SearchValues<byte> FieldName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    /// <summary>What stations put between artist and title, and send alone when they know neither.</summary>
    private static readonly SearchValues<char> Separators = SearchValues.Create(" -‐‑‒–—―|/:;,·•\u00A0");

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What titles are written in that are no UTF-8, unless the stream's owner knows better.</summary>
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>
    /// Reads <c>StreamTitle='…';</c>, with the name in any case and either quote. The title may hold quotes, semicolons and commas, so it
    /// ends where another field begins, or else at the last quote with a semicolon. False when the block holds no title.
    /// </summary>
    /// <param name="block">The block without its length byte; NULs at its end do not count.</param>
    /// <param name="title">The title as it may be shown; empty when the source has none.</param>
    /// <param name="charset">What it is written in; null to find out, see <see cref="Decode"/>.</param>
    public static bool TryParse(ReadOnlySpan<byte> block, out string title, Encoding? charset = null)
    {
        title = "";
        var start = FindName(block);
        if (start < 0)
            return false;
        var quote = block[start];
        var text = block[(start + 1)..].TrimEnd((byte)0);
        ReadOnlySpan<byte> closing = [quote, (byte)';'];
        var end = NextField(text, closing);
        if (end < 0)
            end = text.LastIndexOf(closing);
        if (end < 0)
            end = text.LastIndexOf(quote);
        var bytes = end < 0 ? text : text[..end];
        title = Read(charset is null ? Decode(bytes) : charset.GetString(bytes));
        return true;
    }

    /// <summary>Decodes as UTF-8 where that is valid, also when it is cut inside its last character; else as Windows-1252, which holds Latin-1.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Utf8.GetString(bytes);
        // A single byte at the end could be either; characters before it tell.
        var whole = bytes[..^CutCharacterLength(bytes)];
        return System.Text.Unicode.Utf8.IsValid(whole) && whole.ContainsAnyInRange((byte)0x80, (byte)0xFF) ? Utf8.GetString(whole) : Windows1252.GetString(bytes);
    }

    /// <summary>
    /// A title out of what a source or a status page says: the song out of a list of attributes, entities of HTML as what they stand for,
    /// and nothing where there are only separators.
    /// </summary>
    public static string Read(string text)
    {
        if (TextAttribute().Match(text) is { Success: true } song)
            text = song.Groups["before"].Value + song.Groups["text"].Value;
        else if (TitleAndArtist().Match(text) is { Success: true } both)
            text = $"{both.Groups["artist"].Value} - {both.Groups["title"].Value}";
        text = Clean(WebUtility.HtmlDecode(text));
        return text.AsSpan().ContainsAnyExcept(Separators) ? text : "";
    }

    /// <summary>A title as it may be shown and kept: no control characters, trimmed, at most <see cref="MostBytes"/> long.</summary>
    public static string Clean(string title) => Cut(new string([.. title.Where(c => !char.IsControl(c))]).Trim(), MostBytes);

    /// <summary>
    /// The block for a listener: a length byte (x16), <c>StreamTitle='…';</c> in UTF-8, padded with NUL. At most 4,081 bytes.
    /// </summary>
    public static byte[] ToBlock(string title)
    {
        // A quote followed by a semicolon would end the title early at the listener's.
        var safe = Clean(title).Replace("';", "' ;", StringComparison.Ordinal);
        var text = Encoding.UTF8.GetBytes(Start + Cut(safe, MostBytes - Start.Length - End.Length) + End);
        var units = (text.Length + 15) / 16;
        var block = new byte[1 + (units * 16)];
        block[0] = (byte)units;
        text.CopyTo(block.AsSpan(1));
        return block;
    }

    /// <summary>Where the quote stands that begins the title; -1 for none.</summary>
    private static int FindName(ReadOnlySpan<byte> block)
    {
        for (var at = 0; at + Name.Length < block.Length; at++)
        {
            if (Ascii.EqualsIgnoreCase(block.Slice(at, Name.Length), Name) && block[at + Name.Length] is (byte)'\'' or (byte)'"')
                return at + Name.Length;
        }
        return -1;
    }

    /// <summary>Where <c>';name='</c> stands; -1 when no other field follows.</summary>
    private static int NextField(ReadOnlySpan<byte> text, ReadOnlySpan<byte> closing)
    {
        for (int from = 0, next; (next = text[from..].IndexOf(closing)) >= 0; from += next + closing.Length)
        {
            var after = text[(from + next + closing.Length)..];
            var name = after.IndexOfAnyExcept(FieldName);
            if (name > 0 && (after[name..].StartsWith("='"u8) || after[name..].StartsWith("=\""u8)))
                return from + next;
        }
        return -1;
    }

    /// <summary>How many bytes at the end begin a character of UTF-8 that goes on behind them; 0 for none.</summary>
    private static int CutCharacterLength(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(3, bytes.Length); length++)
        {
            var lead = bytes[^length];
            if ((lead & 0xC0) == 0x80)
                continue;
            var wanted = lead switch { >= 0xF0 and <= 0xF4 => 4, >= 0xE0 and < 0xF0 => 3, >= 0xC2 and < 0xE0 => 2, _ => 1 };
            return wanted > length ? length : 0;
        }
        return 0;
    }

    /// <summary>As much of the text as fits, whole characters only.</summary>
    private static string Cut(string text, int mostBytes)
    {
        if (text.Length <= mostBytes / 3 || Encoding.UTF8.GetByteCount(text) <= mostBytes)
            return text;
        var (bytes, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > mostBytes)
                break;
            length += rune.Utf16SequenceLength;
        }
        return text[..length];
    }

    /// <summary>As iHeart's stations send it: <c>Artist - text="Song" song_spot="M" …</c></summary>
    [GeneratedRegex("""^(?<before>.*?)\btext="(?<text>.*?)"(?=\s+\w+="|\s*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex TextAttribute();

    /// <summary>Another way of theirs: <c>title="Song",artist="Artist",url=…</c></summary>
    [GeneratedRegex("""^\s*title="(?<title>.*?)",\s*artist="(?<artist>.*?)"(,|\s*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex TitleAndArtist();
}
