using System.Buffers.Binary;
using System.Collections.Immutable;
using TagLib;
using TagLib.Id3v2;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A chapter of a file.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends; null if the file does not say.</param>
/// <param name="Title">Its title; null for none.</param>
public sealed record FileChapter(TimeSpan Start, TimeSpan? End, string? Title);

/// <summary>Reads the chapters in ID3v2 tags: CHAP frames (ID3v2 Chapter Frame Addendum 1.0), which TagLib does not know.</summary>
internal static class ChapterFrames
{
    private const int Most = 500;
    private const int TimesLength = 16;
    private const int HeaderLength = 10;
    private const uint Unknown = uint.MaxValue;

    /// <summary>The chapters in order of their start; null for none.</summary>
    public static ImmutableArray<FileChapter>? Read(IEnumerable<TagLib.Id3v2.Tag> tags)
    {
        ImmutableArray<FileChapter> chapters =
        [
            .. tags.SelectMany(tag => tag.GetFrames("CHAP").OfType<UnknownFrame>().Select(frame => Read(frame.Data.Data, tag.Version)))
                .OfType<FileChapter>().OrderBy(chapter => chapter.Start).Take(Most),
        ];
        return chapters.IsEmpty ? null : chapters;
    }

    /// <summary>A frame: an id that ends with NUL, start and end in milliseconds, two offsets, and frames such as the title.</summary>
    private static FileChapter? Read(ReadOnlySpan<byte> frame, byte version)
    {
        var idLength = frame.IndexOf((byte)0);
        if (idLength < 0 || frame.Length < idLength + 1 + TimesLength)
            return null;
        var times = frame[(idLength + 1)..];
        var (start, end) = (BinaryPrimitives.ReadUInt32BigEndian(times), BinaryPrimitives.ReadUInt32BigEndian(times[4..]));
        return start == Unknown ? null : new FileChapter(
            TimeSpan.FromMilliseconds(start), end == Unknown || end < start ? null : TimeSpan.FromMilliseconds(end), TitleIn(times[TimesLength..], version));
    }

    private static string? TitleIn(ReadOnlySpan<byte> frames, byte version)
    {
        while (frames.Length > HeaderLength)
        {
            // Sizes have seven bits a byte from version 4 on (ID3v2.4, section 6.2).
            var size = version < 4
                ? BinaryPrimitives.ReadUInt32BigEndian(frames[4..])
                : (uint)((frames[4] << 21) | (frames[5] << 14) | (frames[6] << 7) | frames[7]);
            if (size == 0 || size > frames.Length - HeaderLength)
                return null;
            var whole = frames[..(HeaderLength + (int)size)];
            if (whole.StartsWith("TIT2"u8))
                return TagReader.Clean(new TextInformationFrame(new ByteVector(whole.ToArray()), version).Text.FirstOrDefault());
            frames = frames[whole.Length..];
        }
        return null;
    }
}
