using System.Collections.Immutable;
using TagLib.Id3v2;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A chapter of a file.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends; null if the file does not say.</param>
/// <param name="Title">Its title; null for none.</param>
public sealed record FileChapter(TimeSpan Start, TimeSpan? End, string? Title);

/// <summary>Reads the chapters in ID3v2 tags: CHAP frames (ID3v2 Chapter Frame Addendum 1.0).</summary>
internal static class ChapterFrames
{
    private const int Most = 500;

    /// <summary>The chapters in order of their start; null for none.</summary>
    public static ImmutableArray<FileChapter>? Read(IEnumerable<Tag> tags)
    {
        ImmutableArray<FileChapter> chapters = [.. tags.SelectMany(tag => tag.GetFrames<ChapterFrame>()).Select(Read).OfType<FileChapter>().OrderBy(chapter => chapter.Start).Take(Most)];
        return chapters.IsEmpty ? null : chapters;
    }

    /// <summary>Times are in milliseconds; all bits set means that there is none.</summary>
    private static FileChapter? Read(ChapterFrame frame) => frame.StartMilliseconds == uint.MaxValue ? null : new FileChapter(
        TimeSpan.FromMilliseconds(frame.StartMilliseconds),
        frame.EndMilliseconds == uint.MaxValue || frame.EndMilliseconds < frame.StartMilliseconds ? null : TimeSpan.FromMilliseconds(frame.EndMilliseconds),
        TagReader.Clean(frame.SubFrames.OfType<TextInformationFrame>().FirstOrDefault(sub => sub.FrameId.ToString() == "TIT2")?.Text.FirstOrDefault()));
}
