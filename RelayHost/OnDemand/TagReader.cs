using System.Collections.Immutable;
using System.Globalization;
using AudioOrleans.RelayHost.Sources;
using TagLib;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>The tags of a file.</summary>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="Album">Its album; null for none.</param>
/// <param name="Cover">Its picture; empty for none.</param>
/// <param name="Chapters">Its chapters, in order; null for none.</param>
public sealed record FileTags(string? Title, string? Artist, string? Album, ReadOnlyMemory<byte> Cover, ImmutableArray<FileChapter>? Chapters = null)
{
    /// <summary>No tags.</summary>
    public static FileTags None { get; } = new(null, null, null, default);

    /// <summary>Whether there is no text in the tags.</summary>
    public bool AreSilent => Title is null && Artist is null && Album is null;

    /// <summary>Fills missing tags from others.</summary>
    public FileTags Or(FileTags others) => new FileTags(Title ?? others.Title, Artist ?? others.Artist, Album ?? others.Album, Cover.IsEmpty ? others.Cover : Cover, Chapters ?? others.Chapters);
}

/// <summary>Reads the tags of audio files with TagLib: ID3v1 and v2, APE, Vorbis comments, those of MP4, ASF, RIFF and Matroska.</summary>
public static class TagReader
{
    private const int LongestText = 500;

    /// <summary>Types of pictures that do not depict the music.</summary>
    private static readonly PictureType[] Icons = [PictureType.FileIcon, PictureType.OtherFileIcon, PictureType.NotAPicture];

    /// <summary>Reads a file, whose extension identifies its kind. Unreadable tags are treated as absent: the audio plays without them.</summary>
    public static FileTags Read(string path)
    {
        try
        {
            using var file = TagLib.File.Create(path, ReadStyle.None);
            var tag = file.Tag;
            return new FileTags(Clean(tag.Title), Clean(ArtistOf(file)), Clean(tag.Album ?? RiffText(file, "IPRD")), CoverOf(tag.Pictures), ChapterFrames.Read(Id3TagsIn(tag)));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Tags are untrusted input, and the library does not document its exceptions.
            return FileTags.None;
        }
    }

    /// <summary>
    /// Duration of the sound in an MP4 file without encoder padding, as recorded by iTunes (<c>iTunSMPB</c>: delay, padding and samples,
    /// hexadecimal); null if absent.
    /// </summary>
    public static TimeSpan? SoundOf(string path)
    {
        try
        {
            using var file = TagLib.File.Create(path, ReadStyle.Average);
            var words = (file.GetTag(TagTypes.Apple) as TagLib.Mpeg4.AppleTag)?.GetDashBox("com.apple.iTunes", "iTunSMPB")?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words is { Length: >= 4 } && long.TryParse(words[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var samples) && samples > 0 && file.Properties.AudioSampleRate > 0
                ? TimeSpan.FromSeconds(samples / (double)file.Properties.AudioSampleRate)
                : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null; // As for all tags: the audio plays without it.
        }
    }

    /// <summary>
    /// Text for display: without control characters, and limited in length. Old tags declare ISO 8859-1 but use the charset of the program that wrote
    /// them: valid UTF-8 or Windows-1252 is decoded as such.
    /// </summary>
    internal static string? Clean(string? text)
    {
        if (text is null)
            return null;
        if (text.Any(c => c >= 0x80) && text.All(c => c <= 0xFF))
            text = StreamTitle.Decode([.. text.Select(c => (byte)c)]);
        var clean = string.Concat(text.Where(c => !char.IsControl(c) && c is not ('\ufffe' or '\uffff'))).Trim();
        if (clean.Length > LongestText)
            clean = clean[..(char.IsHighSurrogate(clean[LongestText - 1]) ? LongestText - 1 : LongestText)];
        return clean.Length == 0 ? null : clean;
    }

    /// <summary>ID3v2.3 separates artists with a slash, which may also be part of a name; later versions use NUL.</summary>
    private static string ArtistOf(TagLib.File file)
    {
        if (Id3TagsIn(file.Tag).Select(ArtistOf).FirstOrDefault(artist => artist is not null) is { } artist)
            return artist;
        return file.Tag.Performers is { Length: > 0 } performers ? string.Join(", ", performers) : RiffText(file, "IART") ?? string.Join(", ", file.Tag.AlbumArtists ?? []);
    }

    private static string? ArtistOf(TagLib.Id3v2.Tag tag) => TagLib.Id3v2.TextInformationFrame.Get(tag, "TPE1", false) is { Text: { Length: > 0 } parts }
        ? string.Join(tag.Version < 4 ? "/" : ", ", parts)
        : null;

    /// <summary>In order: some programs put their tag first and leave the old one.</summary>
    private static IEnumerable<TagLib.Id3v2.Tag> Id3TagsIn(Tag? tag) => tag switch
    {
        TagLib.Id3v2.Tag id3 => [id3],
        CombinedTag several => several.Tags.SelectMany(Id3TagsIn),
        _ => [],
    };

    /// <summary>The RIFF fields in common use; the library reads other fields instead.</summary>
    private static string? RiffText(TagLib.File file, string field) =>
        file.GetTag(TagTypes.RiffInfo) is TagLib.Riff.InfoTag info ? info.GetValuesAsStrings(field).FirstOrDefault() : null;

    /// <summary>The front cover, or else the first picture that is not an icon, or else any that browsers support.</summary>
    private static ReadOnlyMemory<byte> CoverOf(IPicture[] pictures)
    {
        var usable = pictures.Where(picture => CoverArt.TryFindContentType(picture.Data.Data, out _)).ToList();
        var best = usable.Find(picture => picture.Type == PictureType.FrontCover) ?? usable.Find(picture => !Icons.Contains(picture.Type)) ?? usable.FirstOrDefault();
        return best?.Data.Data ?? default(ReadOnlyMemory<byte>);
    }
}
