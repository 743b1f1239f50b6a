namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>The audio files that are taken, told by their content.</summary>
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
}

/// <summary>What goes with each kind of file.</summary>
public static class AudioFileKinds
{
    /// <summary>The extension of its files, without the dot.</summary>
    public static string Extension(this AudioFileKind kind) => kind switch
    {
        AudioFileKind.Mp3 => "mp3",
        AudioFileKind.Aac => "aac",
        AudioFileKind.M4a => "m4a",
        AudioFileKind.Flac => "flac",
        AudioFileKind.Wav => "wav",
        AudioFileKind.Ogg => "ogg",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The kind whose files have this extension.</summary>
    public static AudioFileKind OfExtension(string extension) => Enum.GetValues<AudioFileKind>().First(kind => kind.Extension() == extension);

    /// <summary>Its media type.</summary>
    public static string ContentType(this AudioFileKind kind) => kind switch
    {
        AudioFileKind.Mp3 => "audio/mpeg",
        AudioFileKind.Aac => "audio/aac",
        AudioFileKind.M4a => "audio/mp4",
        AudioFileKind.Flac => "audio/flac",
        AudioFileKind.Wav => "audio/wav",
        AudioFileKind.Ogg => "audio/ogg",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>
    /// The one demuxer of ffmpeg that may read it. None of these opens another file or address: playlists and the like never reach
    /// the demuxers that do.
    /// </summary>
    internal static string Demuxer(this AudioFileKind kind) => kind == AudioFileKind.M4a ? "mov" : kind.Extension();
}
