using System.Diagnostics.CodeAnalysis;

namespace AudioOrleans.Grains.Interfaces;

/// <summary>Where browsers reach the platform, such as <c>https://radio.example.org</c>; setting <c>PublicUrl</c>.</summary>
public static class PublicUrl
{
    /// <summary>What the setting should be.</summary>
    public const string Expected = "where browsers reach the platform, such as https://radio.example.org";

    /// <summary>Reads the setting's text; null when it is none such. Without a path: the pages expect to stand at the top.</summary>
    [SuppressMessage("Design", "CA1054", Justification = "It is text until it has been read.")]
    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" } ? url : null;
}
