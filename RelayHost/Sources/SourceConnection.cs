using System.Text;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>An open source: its announcement and its bytes.</summary>
/// <param name="url">Where it was found: redirects and playlist files lie behind.</param>
/// <param name="response">The answer that the bytes belong to.</param>
/// <param name="body">What follows its head.</param>
/// <param name="announcement">What the source says of itself.</param>
/// <param name="charset">What it writes its titles in; null to find out.</param>
/// <param name="first">Bytes of the body that were read already.</param>
public sealed class SourceConnection(
    Uri url, HttpResponseMessage response, Stream body, IcyAnnouncement announcement, Encoding? charset, ReadOnlyMemory<byte> first) : IAsyncDisposable
{
    private ReadOnlyMemory<byte> _first = first;

    /// <summary>What the source says of itself.</summary>
    public IcyAnnouncement Announcement { get; } = announcement;

    /// <summary>Where it was found: redirects and playlist files lie behind.</summary>
    public Uri Url { get; } = url;

    /// <summary>Takes the metadata out of what <see cref="ReadAsync"/> reads.</summary>
    public IcyDemuxer CreateDemuxer() => new(Announcement.MetadataInterval, charset);

    /// <summary>Reads audio bytes with metadata between them as <see cref="IcyAnnouncement.MetadataInterval"/> says; 0 at the end.</summary>
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
/// <param name="BitrateKbps"><c>icy-br</c> in kbit/s; null when absent or no number.</param>
/// <param name="ContentType">The media type without parameters, lower case; null when absent.</param>
public sealed record IcyAnnouncement(int MetadataInterval, string? Name, string? Genre, int? BitrateKbps, string? ContentType);
