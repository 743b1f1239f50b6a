using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Grains.Tests.Uploads;
using AudioOrleans.Testing;
using Dapper;

namespace AudioOrleans.Grains.Tests.Podcasts;

/// <summary>When a podcast wakes for a scheduled episode.</summary>
public sealed class PodcastReminderTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private readonly Guid _id = Guid.NewGuid();
    private readonly Caller _owner = new(Guid.NewGuid(), IsAdmin: false);
    private OperationSilo _silo = null!;

    private IPodcastGrain Podcast => _silo.Grains.GetGrain<IPodcastGrain>(GrainKeys.Podcast(_id));

    private IEpisodesGrain Episodes => _silo.Grains.GetGrain<IEpisodesGrain>(GrainKeys.Podcast(_id));

    public async Task InitializeAsync()
    {
        _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync(), clock: _clock);
        Assert.Empty((await Podcast.Create(new CreatePodcast(_owner.UserId!.Value, new PodcastFields { Title = "Late hours" }, "https://radio.example.org/feed"))).Problems);
    }

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task The_next_publication_is_waited_for_and_another_one_if_it_changes()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (later, sooner) = (await AddAsync("later", now.AddDays(9)), now.AddDays(2));
        Assert.Equal(now.AddDays(9), (await DueAsync())!.Value, TimeSpan.FromMinutes(2));
        var first = await AddAsync("first", sooner);
        Assert.Equal(sooner, (await DueAsync())!.Value, TimeSpan.FromMinutes(2));
        await Episodes.UpdateEpisode(_owner, first, new EpisodeFields { PublicationDate = now.AddDays(4) }, null);
        Assert.Equal(now.AddDays(4), (await DueAsync())!.Value, TimeSpan.FromMinutes(2));
        await Episodes.DeleteEpisode(_owner, first);
        Assert.Equal(now.AddDays(9), (await DueAsync())!.Value, TimeSpan.FromMinutes(2));
        await Episodes.DeleteEpisode(_owner, later);
        Assert.Null(await DueAsync());
    }

    [Fact]
    public async Task A_publication_that_is_due_is_followed_by_the_next_one_until_there_is_none()
    {
        var now = _clock.GetUtcNow();
        await AddAsync("first", now.AddDays(2));
        await AddAsync("last", now.AddDays(9));
        await TickAfterAsync(TimeSpan.FromDays(3));
        Assert.Equal(now.AddDays(9), (await DueAsync())!.Value, TimeSpan.FromMinutes(2));
        await TickAfterAsync(TimeSpan.FromDays(7));
        Assert.Null(await DueAsync());
    }

    [Fact]
    public async Task A_change_that_moves_no_publication_looks_up_no_reminder()
    {
        var published = await AddAsync("published", TimeProvider.System.GetUtcNow().AddDays(-1));
        await WithoutRemindersAsync(() => Episodes.UpdateEpisode(_owner, published, new EpisodeFields { Title = "Another" }, null));
        await AddAsync("scheduled", TimeProvider.System.GetUtcNow().AddDays(3));
        var due = await DueAsync();
        await WithoutRemindersAsync(() => Podcast.Update(_owner, new PodcastFields { Author = "Ann" }, null));
        Assert.Equal(due, await DueAsync());
    }

    private async Task TickAfterAsync(TimeSpan time)
    {
        _clock.Shift(time);
        await Podcast.AsReference<IRemindable>().ReceiveReminder("publish", default);
    }

    /// <summary>Imports an episode; returns its id.</summary>
    private async Task<Guid> AddAsync(string guid, DateTimeOffset publication)
    {
        var fields = new EpisodeFields { Title = guid, MediaUrl = $"https://media.example.org/{guid}.mp3", PublicationDate = publication };
        await _silo.Grains.GetGrain<IPodcastImportGrain>(GrainKeys.Podcast(_id)).ImportEpisodes([new ImportedEpisode(guid, fields, "audio/mpeg", 12345)]);
        return (await Episodes.ListEpisodes(_owner, new PageRequest(50, null))).Items.Single(episode => episode.Guid == guid).EpisodeId;
    }

    /// <summary>When the podcast is woken; null for never.</summary>
    private async Task<DateTimeOffset?> DueAsync() => await _silo.Database.RunAsync(connection => connection.QuerySingleOrDefaultAsync<DateTime?>("select start_at from reminders")) is { } due ? due : null;

    /// <summary>Does something while every look at a reminder fails.</summary>
    private async Task WithoutRemindersAsync(Func<Task> work)
    {
        await RunAsync("alter table reminders rename to reminders_elsewhere");
        try
        {
            await work();
        }
        finally
        {
            await RunAsync("alter table reminders_elsewhere rename to reminders");
        }

        Task RunAsync(string sql) => _silo.Database.RunAsync(connection => connection.ExecuteAsync(sql));
    }
}
