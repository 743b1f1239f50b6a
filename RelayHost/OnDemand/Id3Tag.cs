namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>Finds what is no audio in MP3 files: ID3v2 tags (id3.org, ID3v2.4 section 3.1) and the frame that describes the file.</summary>
public static class Id3Tag
{
    private const int HeaderLength = 10;

    /// <summary>How long a tag at the start of the span is, header and footer included, in bytes. It may be longer than the span.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < HeaderLength || !bytes.StartsWith("ID3"u8) || bytes[3] == 0xFF || bytes[4] == 0xFF)
            return false;
        var size = bytes[6..HeaderLength];
        if (((size[0] | size[1] | size[2] | size[3]) & 0x80) != 0)
            return false;
        var hasFooter = (bytes[5] & 0x10) != 0;
        length = (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]) + HeaderLength + (hasFooter ? HeaderLength : 0);
        return true;
    }

    /// <summary>Moves a file behind the tags that it begins with.</summary>
    /// <returns>How many bytes those are.</returns>
    public static async Task<long> SkipAsync(Stream file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var head = new byte[HeaderLength];
        var start = 0L;
        while (true)
        {
            file.Position = start;
            var read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            // A tag that claims to be longer than the file is damaged: frames are looked for right behind its header.
            if (!TryReadLength(head.AsSpan(0, read), out var length) || start + length >= file.Length)
                break;
            start += length;
        }
        file.Position = start;
        return start;
    }

    /// <summary>Whether an MP3 frame holds no sound but a table about the file: Xing, Info or VBRI. Decoders that meet it between tracks play silence.</summary>
    public static bool IsInfoFrame(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 40)
            return false;
        var isMpeg1 = ((frame[1] >> 3) & 3) == 3;
        var isMono = frame[3] >> 6 == 3;
        var sideInfo = (isMpeg1, isMono) switch { (true, false) => 32, (true, true) or (false, false) => 17, _ => 9 };
        // A checksum of two bytes may stand before the side information.
        var table = frame[(4 + sideInfo)..];
        return IsXing(table) || ((frame[1] & 1) == 0 && IsXing(table[2..])) || frame[36..].StartsWith("VBRI"u8);
    }

    private static bool IsXing(ReadOnlySpan<byte> table) => table.StartsWith("Xing"u8) || table.StartsWith("Info"u8);
}
