namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>Finds ID3v2 tags (id3.org, ID3v2.4 section 3.1), which may precede any file.</summary>
public static class Id3Tag
{
    private const int HeaderLength = 10;

    /// <summary>Reads the size of a tag at the start of the span, header and footer included, in bytes. It may exceed the span.</summary>
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

    /// <summary>Positions a file after the tags at its start.</summary>
    /// <returns>Total size of those tags, in bytes.</returns>
    public static async Task<long> SkipAsync(Stream file, CancellationToken cancellationToken)
    {
        var head = new byte[HeaderLength];
        var start = 0L;
        while (true)
        {
            file.Position = start;
            var read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            // A tag that claims to be longer than the file is damaged: the search for frames starts directly after its header.
            if (!TryReadLength(head.AsSpan(0, read), out var length) || start + length >= file.Length)
                break;
            start += length;
        }
        file.Position = start;
        return start;
    }
}
