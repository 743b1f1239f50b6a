namespace AudioOrleans.RelayHost.Sources;

/// <summary>The source of a stream.</summary>
/// <param name="Url">The URL of the audio itself: http or https, including the mount.</param>
/// <param name="Key"><c>user:password</c>, or a password alone for the user <c>source</c>; sent only when the source responds with 401. Null for none.</param>
/// <param name="Charset">The charset of its titles, by a name that <see cref="MetadataCharset"/> accepts; null to detect it.</param>
public sealed record SourceSpec(Uri Url, string? Key, string? Charset = null)
{
    /// <summary>Omits the key, to keep it out of logs.</summary>
    public override string ToString() => Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
