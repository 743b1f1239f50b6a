namespace AudioOrleans.Grains.Podcasts;

/// <summary>The formats of transcripts that podcast apps show (<c>podcast:transcript</c>).</summary>
public static class TranscriptFormats
{
    private static readonly (string Extension, string ContentType)[] Known =
    [
        (".srt", "application/srt"), (".vtt", "text/vtt"), (".json", "application/json"), (".html", "text/html"), (".txt", "text/plain"),
    ];

    /// <summary>The media type of a file, by its address.</summary>
    public static string OfUrl(string url) =>
        Known.FirstOrDefault(format => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.AbsolutePath.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase)).ContentType ?? "text/html";
}
