using System.Buffers;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>Parses the title in an ICY metadata block, and writes such blocks.</summary>
public static partial class StreamTitle
{
    /// <summary>The longest title that is kept, in bytes of UTF-8: the maximum of a block's length byte, which counts units of sixteen.</summary>
    public const int MostBytes = 255 * 16;

    private const string Name = "StreamTitle=";

    private const string Start = "StreamTitle='", End = "';";

    private static readonly SearchValues<byte> FieldName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    /// <summary>The characters that stations put between artist and title, and send alone when both are unknown.</summary>
    private static readonly SearchValues<char> Separators = SearchValues.Create(" -‐‑‒–—―|/:;,·•\u00A0");

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The default charset of titles that are not UTF-8, unless the stream's owner configured another.</summary>
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>
    /// Parses <c>StreamTitle='…';</c>, with the name in any case and either quote. The title may contain quotes, semicolons and commas, so it ends
    /// where another field begins, or else at the last quote followed by a semicolon. False when the block has no title.
    /// </summary>
    /// <param name="block">The block without its length byte; trailing NULs are ignored.</param>
    /// <param name="title">The title for display; empty when the source has none.</param>
    /// <param name="charset">Its charset; null to detect it, see <see cref="Decode"/>.</param>
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

    /// <summary>Decodes as UTF-8 where that is valid, even if truncated within the last character; otherwise as Windows-1252, which includes Latin-1.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Utf8.GetString(bytes);
        // A single byte at the end is ambiguous; the characters before it decide.
        var whole = bytes[..^CutCharacterLength(bytes)];
        return System.Text.Unicode.Utf8.IsValid(whole) && whole.ContainsAnyInRange((byte)0x80, (byte)0xFF) ? Utf8.GetString(whole) : Windows1252.GetString(bytes);
    }

    /// <summary>
    /// Extracts the title from the text of a source or a status page: takes the song from an attribute list, decodes HTML entities, and returns an
    /// empty title for separators alone.
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

    /// <summary>Prepares a title for display and storage: no control characters, trimmed, at most <see cref="MostBytes"/> long.</summary>
    public static string Clean(string title) => Cut(new string([.. title.Where(c => !char.IsControl(c))]).Trim(), MostBytes);

    /// <summary>Builds the block for a listener: a length byte (x16), <c>StreamTitle='…';</c> in UTF-8, padded with NUL. At most 4,081 bytes.</summary>
    public static byte[] ToBlock(string title)
    {
        // A quote followed by a semicolon would end the title early in the listener's player.
        var safe = Clean(title).Replace("';", "' ;", StringComparison.Ordinal);
        var text = Encoding.UTF8.GetBytes(Start + Cut(safe, MostBytes - Start.Length - End.Length) + End);
        var units = (text.Length + 15) / 16;
        var block = new byte[1 + (units * 16)];
        block[0] = (byte)units;
        text.CopyTo(block.AsSpan(1));
        return block;
    }

    /// <summary>The index of the quote that begins the title; -1 for none.</summary>
    private static int FindName(ReadOnlySpan<byte> block)
    {
        for (var at = 0; at + Name.Length < block.Length; at++)
        {
            if (Ascii.EqualsIgnoreCase(block.Slice(at, Name.Length), Name) && block[at + Name.Length] is (byte)'\'' or (byte)'"')
                return at + Name.Length;
        }
        return -1;
    }

    /// <summary>The index of <c>';name='</c>; -1 when no other field follows.</summary>
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

    /// <summary>Counts the bytes of a truncated UTF-8 character at the end; 0 for none.</summary>
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

    /// <summary>Truncates the text to the size limit, at a character boundary.</summary>
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

    /// <summary>The format of iHeart's stations: <c>Artist - text="Song" song_spot="M" …</c></summary>
    [GeneratedRegex("""^(?<before>.*?)\btext="(?<text>.*?)"(?=\s+\w+="|\s*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex TextAttribute();

    /// <summary>Another of their formats: <c>title="Song",artist="Artist",url=…</c></summary>
    [GeneratedRegex("""^\s*title="(?<title>.*?)",\s*artist="(?<artist>.*?)"(,|\s*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex TitleAndArtist();
}
