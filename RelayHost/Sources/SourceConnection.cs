using System.Text;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>An open source: its announcement and its bytes.</summary>
/// <param name="url">The final URL, after redirects and playlist files.</param>
/// <param name="response">The response that the bytes belong to.</param>
/// <param name="body">The response body.</param>
/// <param name="announcement">The source's own description.</param>
/// <param name="charset">The charset of its titles; null to detect it.</param>
/// <param name="first">Bytes of the body that were already read.</param>
public sealed class SourceConnection(
    Uri url, HttpResponseMessage response, Stream body, IcyAnnouncement announcement, Encoding? charset, ReadOnlyMemory<byte> first) : IAsyncDisposable
{
    private ReadOnlyMemory<byte> _first = first;

    /// <summary>The source's own description.</summary>
    public IcyAnnouncement Announcement { get; } = announcement;

    /// <summary>The final URL, after redirects and playlist files.</summary>
    public Uri Url { get; } = url;

    /// <summary>Creates a demuxer for the bytes that <see cref="ReadAsync"/> returns.</summary>
    public IcyDemuxer CreateDemuxer() => new(Announcement.MetadataInterval, charset);

    /// <summary>Reads audio bytes with metadata between them at every <see cref="IcyAnnouncement.MetadataInterval"/>; 0 at the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_first.IsEmpty)
            return body.ReadAsync(buffer, cancellationToken);
        var count = Math.Min(buffer.Length, _first.Length);
        _first[..count].CopyTo(buffer);
        _first = _first[count..];
        return ValueTask.FromResult(count);
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        response.Dispose();
    }
}

/// <summary>The <c>icy-*</c> headers of a source.</summary>
/// <param name="MetadataInterval">Audio bytes between two metadata blocks; 0 for no metadata.</param>
/// <param name="Name"><c>icy-name</c>.</param>
/// <param name="Genre"><c>icy-genre</c>.</param>
/// <param name="BitrateKbps"><c>icy-br</c> in kbit/s; null when absent or not a number.</param>
/// <param name="ContentType">The media type without parameters, lower case; null when absent.</param>
public sealed record IcyAnnouncement(int MetadataInterval, string? Name, string? Genre, int? BitrateKbps, string? ContentType);

/// <summary>The source of a stream.</summary>
/// <param name="Url">The URL of the audio itself: http or https, including the mount.</param>
/// <param name="Key"><c>user:password</c>, or a password alone for the user <c>source</c>; sent only when the source responds with 401. Null for none.</param>
/// <param name="Charset">The charset of its titles, by a name that <see cref="MetadataCharset"/> accepts; null to detect it.</param>
public sealed record SourceSpec(Uri Url, string? Key, string? Charset = null)
{
    /// <summary>Omits the key, to keep it out of logs.</summary>
    public override string ToString() => Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
