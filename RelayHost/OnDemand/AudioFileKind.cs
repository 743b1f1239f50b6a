namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>The supported audio files, identified by their content.</summary>
public enum AudioFileKind
{
    /// <summary>MPEG audio layer III, with or without tags.</summary>
    Mp3,

    /// <summary>AAC in ADTS frames.</summary>
    Aac,

    /// <summary>An MP4 file, such as <c>.m4a</c> (ISO/IEC 14496-12).</summary>
    M4a,

    /// <summary>FLAC in its own container (RFC 9639).</summary>
    Flac,

    /// <summary>RIFF or RF64 with PCM.</summary>
    Wav,

    /// <summary>Ogg (RFC 3533) with Vorbis, Opus or FLAC.</summary>
    Ogg,

    /// <summary>MPEG audio layer II.</summary>
    Mp2,

    /// <summary>AIFF or AIFF-C.</summary>
    Aiff,

    /// <summary>ASF, such as <c>.wma</c>.</summary>
    Asf,

    /// <summary>WavPack.</summary>
    WavPack,

    /// <summary>Matroska and WebM (RFC 9559).</summary>
    Matroska,

    /// <summary>AC-3 (ETSI TS 102 366).</summary>
    Ac3,

    /// <summary>Enhanced AC-3, annex E of the same standard.</summary>
    Eac3,

    /// <summary>Monkey's Audio.</summary>
    Ape,

    /// <summary>DSD in Sony's container.</summary>
    Dsf,

    /// <summary>True Audio.</summary>
    Tta,
}

/// <summary>The properties of each kind of file.</summary>
public static class AudioFileKinds
{
    /// <summary>Their extensions, media types, and the only ffmpeg demuxer that may read each.</summary>
    private static readonly Dictionary<AudioFileKind, (string Extension, string ContentType, string Demuxer)> Known = new()
    {
        [AudioFileKind.Mp3] = ("mp3", "audio/mpeg", "mp3"),
        [AudioFileKind.Aac] = ("aac", "audio/aac", "aac"),
        [AudioFileKind.M4a] = ("m4a", "audio/mp4", "mov"),
        [AudioFileKind.Flac] = ("flac", "audio/flac", "flac"),
        [AudioFileKind.Wav] = ("wav", "audio/wav", "wav"),
        [AudioFileKind.Ogg] = ("ogg", "audio/ogg", "ogg"),
        [AudioFileKind.Mp2] = ("mp2", "audio/mpeg", "mp3"),
        [AudioFileKind.Aiff] = ("aiff", "audio/aiff", "aiff"),
        [AudioFileKind.Asf] = ("wma", "audio/x-ms-wma", "asf"),
        [AudioFileKind.WavPack] = ("wv", "audio/x-wavpack", "wv"),
        [AudioFileKind.Matroska] = ("mka", "audio/x-matroska", "matroska"),
        [AudioFileKind.Ac3] = ("ac3", "audio/ac3", "ac3"),
        [AudioFileKind.Eac3] = ("eac3", "audio/eac3", "eac3"),
        [AudioFileKind.Ape] = ("ape", "audio/x-ape", "ape"),
        [AudioFileKind.Dsf] = ("dsf", "audio/x-dsf", "dsf"),
        [AudioFileKind.Tta] = ("tta", "audio/x-tta", "tta"),
    };

    /// <summary>The file extension, without the dot.</summary>
    public static string Extension(this AudioFileKind kind) => Known[kind].Extension;

    /// <summary>The kind with this file extension.</summary>
    public static AudioFileKind OfExtension(string extension) => Known.First(one => one.Value.Extension == extension).Key;

    /// <summary>The media type.</summary>
    public static string ContentType(this AudioFileKind kind) => Known[kind].ContentType;

    /// <summary>
    /// The only ffmpeg demuxer that may read it. None of these opens another file or URL: playlists and the like never reach the demuxers that do.
    /// </summary>
    internal static string Demuxer(this AudioFileKind kind) => Known[kind].Demuxer;
}
