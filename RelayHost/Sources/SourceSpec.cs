namespace AudioOrleans.RelayHost.Sources;

/// <summary>Where a stream comes from.</summary>
/// <param name="Url">The address of the audio itself: http or https, mount included.</param>
/// <param name="Key">
/// <c>user:password</c>, or a password alone for the user <c>source</c>; sent only when the source answers 401. Null for none.
/// </param>
/// <param name="Charset">What its titles are written in, by a name that <see cref="MetadataCharset"/> knows; null to find out.</param>
public sealed record SourceSpec(Uri Url, string? Key, string? Charset = null)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
