using System.Diagnostics.CodeAnalysis;

namespace AudioOrleans.Grains.Interfaces;

/// <summary>The URL at which browsers reach the platform, such as <c>https://radio.example.org</c>; setting <c>PublicUrl</c>.</summary>
public static class PublicUrl
{
    /// <summary>The expected format of the setting.</summary>
    public const string Expected = "the address where browsers reach the platform, such as https://radio.example.org";

    /// <summary>Parses the setting; null if it is invalid. A path is not allowed: the pages must be at the root.</summary>
    [SuppressMessage("Design", "CA1054", Justification = "It is text until it has been read.")]
    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" } ? url : null;
}
