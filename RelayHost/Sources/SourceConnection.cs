namespace Audio.Orleans.RelayHost.Sources;

/// <summary>An open source: its announcement and its bytes.</summary>
public sealed class SourceConnection(HttpResponseMessage response, Stream body, IcyAnnouncement announcement) : IAsyncDisposable
{
    /// <summary>What the source says of itself.</summary>
    public IcyAnnouncement Announcement { get; } = announcement;

    /// <summary>Audio bytes with metadata between them as <see cref="IcyAnnouncement.MetadataInterval"/> says.</summary>
    public Stream Body { get; } = body;

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
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
