using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>Follows the titles of a source that has them on its server's status page only.</summary>
internal sealed class TitlePage(SourceStatusReader pages, SourceSpec source, SourceConnection connection, TimeProvider time)
{
    /// <summary>A source with metadata between its audio has said by then what is on air.</summary>
    private static readonly TimeSpan WaitForStream = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Where there is no page, one may come: a restarted server has none for its first moments.</summary>
    private static readonly TimeSpan IntervalWithoutPage = TimeSpan.FromMinutes(1);

    /// <summary>Looks at the page again and again, until the stream itself names a title or the session is over.</summary>
    public async Task FollowAsync(SourceSession session, Action<string> onTitle, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(connection.Announcement.MetadataInterval > 0 ? WaitForStream : WaitForStream / 5, time, cancellationToken);
            while (!session.NamesTitles)
            {
                var page = await pages.ReadAsync(connection.Url, source.Charset, cancellationToken);
                if (page?.Title is { } title && !session.NamesTitles)
                    session.Name(title, onTitle);
                await Task.Delay(page is null ? IntervalWithoutPage : Interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }
}
