using System.Globalization;
using AudioOrleans.RelayHost.Sources;
using TagLib;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>What a file's tags say.</summary>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="Album">Its album; null for none.</param>
/// <param name="Cover">A picture of it; empty for none.</param>
public sealed record FileTags(string? Title, string? Artist, string? Album, ReadOnlyMemory<byte> Cover)
{
    /// <summary>Nothing.</summary>
    public static FileTags None { get; } = new(null, null, null, default);

    /// <summary>Whether they say nothing in words.</summary>
    public bool AreSilent => Title is null && Artist is null && Album is null;

    /// <summary>With what others say where these say nothing.</summary>
    public FileTags Or(FileTags others) => new FileTags(Title ?? others.Title, Artist ?? others.Artist, Album ?? others.Album, Cover.IsEmpty ? others.Cover : Cover);
}

/// <summary>Reads the tags of audio files by TagLib: ID3v1 and v2, APE, Vorbis comments, those of MP4, ASF, RIFF and Matroska.</summary>
public static class TagReader
{
    private const int LongestText = 500;

    /// <summary>In these pictures something else is seen than what the music is about.</summary>
    private static readonly PictureType[] Icons = [PictureType.FileIcon, PictureType.OtherFileIcon, PictureType.NotAPicture];

    /// <summary>Reads a file, whose extension says what it is. What cannot be read is no tag: audio plays without.</summary>
    public static FileTags Read(string path)
    {
        try
        {
            using var file = TagLib.File.Create(path, ReadStyle.None);
            var tag = file.Tag;
            return new FileTags(Clean(tag.Title), Clean(ArtistOf(file)), Clean(tag.Album ?? RiffText(file, "IPRD")), CoverOf(tag.Pictures));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever a stranger has written there: the library names no exceptions for it.
            return FileTags.None;
        }
    }

    /// <summary>How long the sound of an MP4 file is without its encoder's silence, as iTunes notes it (<c>iTunSMPB</c>: delay, padding and samples, hexadecimal); null where it does not say.</summary>
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
            return null; // As for all tags: the audio plays without.
        }
    }

    /// <summary>
    /// Text as it may be shown: without control characters and not too long. Old tags are written in whatever their writer used and say
    /// ISO 8859-1: what is UTF-8 or Windows-1252 is read as that.
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

    /// <summary>Artists are separated by a slash in ID3v2.3, where some have one in their name; later by NUL.</summary>
    private static string ArtistOf(TagLib.File file)
    {
        if (Id3TagsIn(file.Tag).Select(ArtistOf).FirstOrDefault(artist => artist is not null) is { } artist)
            return artist;
        return file.Tag.Performers is { Length: > 0 } performers ? string.Join(", ", performers) : RiffText(file, "IART") ?? string.Join(", ", file.Tag.AlbumArtists ?? []);
    }

    private static string? ArtistOf(TagLib.Id3v2.Tag tag) => TagLib.Id3v2.TextInformationFrame.Get(tag, "TPE1", false) is { Text: { Length: > 0 } parts }
        ? string.Join(tag.Version < 4 ? "/" : ", ", parts)
        : null;

    /// <summary>In order: some programs put theirs in front and leave the old.</summary>
    private static IEnumerable<TagLib.Id3v2.Tag> Id3TagsIn(Tag? tag) => tag switch
    {
        TagLib.Id3v2.Tag id3 => [id3],
        CombinedTag several => several.Tags.SelectMany(Id3TagsIn),
        _ => [],
    };

    /// <summary>Of RIFF the fields that everybody writes; the library reads others for them.</summary>
    private static string? RiffText(TagLib.File file, string field) =>
        file.GetTag(TagTypes.RiffInfo) is TagLib.Riff.InfoTag info ? info.GetValuesAsStrings(field).FirstOrDefault() : null;

    /// <summary>The front cover, or else the first picture that is no icon, or else any that browsers show.</summary>
    private static ReadOnlyMemory<byte> CoverOf(IPicture[] pictures)
    {
        var usable = pictures.Where(picture => CoverArt.TryFindContentType(picture.Data.Data, out _)).ToList();
        var best = usable.Find(picture => picture.Type == PictureType.FrontCover) ?? usable.Find(picture => !Icons.Contains(picture.Type)) ?? usable.FirstOrDefault();
        return best?.Data.Data ?? default(ReadOnlyMemory<byte>);
    }
}
