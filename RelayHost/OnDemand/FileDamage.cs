using System.Buffers.Binary;
using System.Globalization;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>
/// Detects damaged files. Most were truncated by an interrupted transfer: the file declares more data than it has. The rest is playable all the same.
/// </summary>
internal static class FileDamage
{
    /// <summary>Encoders round, and may or may not count tags after the sound.</summary>
    internal const long ToleratedBytes = 8 * 1024;

    private const double ToleratedPart = 0.02;
    private const int HeadLength = 64 * 1024;
    private const int LongestOggPage = 65307; // RFC 3533, section 6.

    private static readonly TimeSpan ToleratedTime = TimeSpan.FromSeconds(1);

    /// <summary>The object with the properties of an ASF file: its size is 40 bytes after the start of its identifier.</summary>
    private static ReadOnlySpan<byte> AsfFileProperties => [0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65];

    /// <summary>Describes the damage of a file, as a sentence for the uploader; null if none is detectable.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of its content.</param>
    /// <param name="declared">Its declared playing time; null when unknown.</param>
    /// <param name="heard">The audio found in it.</param>
    public static string? Find(string path, AudioFileKind kind, TimeSpan? declared, AudioSpan heard)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        return kind switch
        {
            AudioFileKind.Mp3 when Bytes(heard.MissingBytes + heard.Length, heard.Length) is { } problem => problem,
            AudioFileKind.Mp3 or AudioFileKind.Aac when heard.ForeignBytes > Tolerated(heard.Length) =>
                string.Create(CultureInfo.InvariantCulture, $"The file has {heard.ForeignBytes} bytes between its frames that are not audio: it may be damaged."),
            AudioFileKind.Mp3 or AudioFileKind.Aac => heard.EndsInsideFrame ? "The file ends in the middle of a frame: it may have been cut off." : null,
            AudioFileKind.Ogg => EndsStream(file) ? null : "The last page of the file is missing: it may have been cut off.",
            AudioFileKind.Wav or AudioFileKind.Aiff or AudioFileKind.Dsf or AudioFileKind.Asf => Bytes(DeclaredLength(file, kind), file.Length),
            AudioFileKind.Flac or AudioFileKind.M4a or AudioFileKind.Matroska or AudioFileKind.WavPack or AudioFileKind.Ape or AudioFileKind.Tta => Time(declared, heard.Duration),
            _ => null, // Raw frames of kinds that only ffmpeg reads: nothing declares how many there were.
        };
    }

    private static string? Bytes(long declared, long present) => declared - present > Tolerated(declared)
        ? string.Create(CultureInfo.InvariantCulture, $"The file should have {declared} bytes, but has {present}: it may have been cut off.")
        : null;

    private static double Tolerated(long bytes) => Math.Max(ToleratedBytes, bytes * ToleratedPart);

    private static string? Time(TimeSpan? declared, TimeSpan present) => declared is { } time && time - present > ToleratedTime && time - present > time * ToleratedPart
        ? string.Create(CultureInfo.InvariantCulture, $"The file should play for {time.TotalSeconds:0} seconds, but plays for {present.TotalSeconds:0}: it may have been cut off.")
        : null;

    /// <summary>The declared size, in bytes; 0 when absent, as in files written while recording.</summary>
    private static long DeclaredLength(FileStream file, AudioFileKind kind)
    {
        var head = new byte[HeadLength];
        var bytes = head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        switch (kind)
        {
            case AudioFileKind.Asf:
                var at = bytes.IndexOf(AsfFileProperties);
                return at >= 0 && bytes.Length >= at + 48 ? BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + 40)..]) : 0;
            case AudioFileKind.Dsf when bytes.Length >= 20:
                return BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]);
            case AudioFileKind.Aiff when bytes.Length >= 8:
                return 8L + BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            case AudioFileKind.Wav when bytes.StartsWith("RIFF"u8) && bytes.Length >= 8:
                var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
                return length > int.MaxValue ? 0 : 8L + length;
            default:
                return 0;
        }
    }

    /// <summary>Whether the last page has the end-of-stream flag (RFC 3533, section 6).</summary>
    private static bool EndsStream(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, 2 * LongestOggPage)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var page = tail.AsSpan().LastIndexOf("OggS"u8);
        return page < 0 || page + 6 > tail.Length || (tail[page + 5] & 4) != 0;
    }
}
