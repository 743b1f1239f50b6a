using System.Text;
using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>The result of sniffing the start of a file.</summary>
/// <param name="Kind">The kind; null when it is not supported audio, or still undecided.</param>
/// <param name="AudioOffset">Where to continue, in bytes, when a tag extends beyond the bytes seen; otherwise null.</param>
public readonly record struct Sniffed(AudioFileKind? Kind, long? AudioOffset);

/// <summary>Detects the kind of a file from its first bytes, regardless of its name and headers.</summary>
public static class AudioSniffer
{
    /// <summary>The number of bytes needed, from the file's start or after its tag: also the maximum garbage before the first frame.</summary>
    public const int HeadLength = 64 * 1024;

    /// <summary>Maximum size of an ID3 tag, pictures included, in bytes; a longer one is refused.</summary>
    public const int LongestTag = 20 * 1024 * 1024;

    private static readonly (byte[] Start, AudioFileKind Kind)[] Beginnings =
    [
        ("fLaC"u8.ToArray(), AudioFileKind.Flac), ("OggS"u8.ToArray(), AudioFileKind.Ogg), ("wvpk"u8.ToArray(), AudioFileKind.WavPack),
        ("MAC "u8.ToArray(), AudioFileKind.Ape), ("DSD "u8.ToArray(), AudioFileKind.Dsf), ("TTA1"u8.ToArray(), AudioFileKind.Tta), ([0x1A, 0x45, 0xDF, 0xA3], AudioFileKind.Matroska),
        ([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C], AudioFileKind.Asf),
    ];

    private static readonly TimeSpan EnoughFrames = TimeSpan.FromMilliseconds(50);

    /// <summary>Signatures of files that may contain frames but are not audio files: archives, videos, playlists, pages.</summary>
    private static readonly byte[][] Strangers =
    [
        .. new[] { "RIFF", "RIFX", "PK\u0003\u0004", "PK\u0005\u0006", "#EXTM3U", "ffconcat", "FLV", "%PDF", "<", "[playlist]", "\u007fELF", "MZ", "Rar!", "7z", "MThd" }.Select(Encoding.Latin1.GetBytes),
        [0x1F, 0x8B], [0, 0, 1, 0xBA], [0, 0, 1, 0xB3], [0xEF, 0xBB, 0xBF], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A],
    ];

    /// <summary>Examines the start of a file, or the bytes after its tag.</summary>
    /// <param name="head">The first <see cref="HeadLength"/> bytes, or all if there are fewer.</param>
    public static Sniffed Sniff(ReadOnlySpan<byte> head)
    {
        long skipped = 0;
        while (Id3Tag.TryReadLength(head, out var tag))
        {
            skipped += tag;
            if (tag > head.Length)
                return new Sniffed(null, skipped);
            head = head[tag..];
            if (head.IsEmpty)
                return new Sniffed(null, skipped);
        }
        return new Sniffed(KindOf(head), null);
    }

    private static AudioFileKind? KindOf(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8)) && head[8..].StartsWith("WAVE"u8))
            return AudioFileKind.Wav;
        if (head.Length >= 8 && head[4..].StartsWith("ftyp"u8))
            return AudioFileKind.M4a;
        foreach (var (start, kind) in Beginnings)
        {
            if (head.StartsWith(start))
                return kind;
        }
        if (head.Length >= 12 && head.StartsWith("FORM"u8) && (head[8..].StartsWith("AIFF"u8) || head[8..].StartsWith("AIFC"u8)))
            return AudioFileKind.Aiff;
        foreach (var stranger in Strangers)
        {
            if (head.StartsWith(stranger))
                return null;
        }
        return FirstFrames(head);
    }

    private static AudioFileKind? FirstFrames(ReadOnlySpan<byte> head)
    {
        var frames = new FrameAssembler(EnoughFrames);
        frames.Write(head);
        if (!frames.TryRead(out var chunk) && !frames.TryComplete(out chunk))
            return OtherFrames.Find(head);
        return chunk!.Format.Codec == AudioCodec.Mp3 ? AudioFileKind.Mp3 : AudioFileKind.Aac;
    }
}
