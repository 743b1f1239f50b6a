using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>Polls the titles of a source that publishes them only on its server's status page.</summary>
internal sealed class TitlePage(SourceStatusReader pages, SourceSpec source, SourceConnection connection, TimeProvider time)
{
    /// <summary>A source with in-band metadata has sent its first title by then.</summary>
    private static readonly TimeSpan WaitForStream = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Interval where there is no page: one may appear, because a restarted server has none at first.</summary>
    private static readonly TimeSpan IntervalWithoutPage = TimeSpan.FromMinutes(1);

    /// <summary>Polls the page until the stream itself sends a title or the session is over.</summary>
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
