using System.Buffers;
using System.Text;

namespace Audio.Orleans.RelayHost.Sources;

/// <summary>Reads the title out of an ICY metadata block, and writes such blocks.</summary>
public static class StreamTitle
{
    private const int MaximumLength = 500;

    private static readonly SearchValues<byte> FieldName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads <c>StreamTitle='…';</c>. The title may hold quotes, semicolons and commas, so it ends where another field begins,
    /// or else at the last <c>';</c>.
    /// UTF-8 is tried first, then Latin-1. False when the block holds no StreamTitle.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> block, out string title)
    {
        title = "";
        var start = block.IndexOf("StreamTitle='"u8);
        if (start < 0)
            return false;
        var text = block[(start + "StreamTitle='".Length)..].TrimEnd((byte)0);
        var end = NextField(text);
        if (end < 0)
            end = text.LastIndexOf("';"u8);
        if (end < 0)
            end = text.LastIndexOf((byte)'\'');
        title = Clean(Decode(end < 0 ? text : text[..end]));
        return true;
    }

    /// <summary>Where <c>';name='</c> stands; -1 when no other field follows.</summary>
    private static int NextField(ReadOnlySpan<byte> text)
    {
        for (int from = 0, next; (next = text[from..].IndexOf("';"u8)) >= 0; from += next + 2)
        {
            var after = text[(from + next + 2)..];
            var name = after.IndexOfAnyExcept(FieldName);
            if (name > 0 && after[name..].StartsWith("='"u8))
                return from + next;
        }
        return -1;
    }

    /// <summary>Decodes as UTF-8 where that is valid, else as Latin-1.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>A title as it may be shown and kept: no control characters, trimmed, at most 500 characters.</summary>
    public static string Clean(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        var text = new string([.. title.Where(c => !char.IsControl(c))]).Trim();
        if (text.Length <= MaximumLength)
            return text;
        return text[..(char.IsHighSurrogate(text[MaximumLength - 1]) ? MaximumLength - 1 : MaximumLength)];
    }

    /// <summary>
    /// The block for a listener: a length byte (x16), <c>StreamTitle='…';</c> in UTF-8, padded with NUL. At most 4,081 bytes.
    /// </summary>
    public static byte[] ToBlock(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        // A quote followed by a semicolon would end the title early at the listener's, and a longer text would not fit the block.
        var text = Encoding.UTF8.GetBytes($"StreamTitle='{Clean(title).Replace("';", "' ;", StringComparison.Ordinal)}';");
        var units = (text.Length + 15) / 16;
        var block = new byte[1 + (units * 16)];
        block[0] = (byte)units;
        text.CopyTo(block.AsSpan(1));
        return block;
    }
}
