using AudioOrleans.Persistence.GrainStates;
using Orleans.Storage;

namespace AudioOrleans.Persistence.Tests.GrainStates;

public sealed class PostgresGrainStorageTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private const string Name = "show";
    private readonly PostgresGrainStorage _storage = ShowProjection.StorageWithout(test.Database);
    private readonly GrainId _grain = GrainId.Create("show", "s" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_state_that_was_never_written_reads_as_new()
    {
        var state = new GrainState<Show>(new Show { Title = "left over" }, "7") { RecordExists = true };
        await _storage.ReadStateAsync(Name, _grain, state);
        Assert.Equal(new Show(), state.State! with { Tags = new Show().Tags });
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task A_written_state_is_read_back_with_its_etag()
    {
        var written = await WriteAsync(new Show { Title = "Morning", Number = 3, Tags = ["a", "b"] });
        Assert.True(written.RecordExists);
        var read = await ReadAsync();
        Assert.Equal("Morning", read.State!.Title);
        Assert.Equal(["a", "b"], read.State.Tags.AsEnumerable());
        Assert.Equal(written.ETag, read.ETag);
        Assert.True(read.RecordExists);

        var first = written.ETag;
        written.State = written.State! with { Number = 4 };
        await _storage.WriteStateAsync(Name, _grain, written);
        Assert.True(long.Parse(written.ETag!, null) > long.Parse(first!, null));
        Assert.Equal(4, (await ReadAsync()).State!.Number);
    }

    [Fact]
    public async Task A_first_write_conflicts_with_a_row_that_exists()
    {
        var winner = await WriteAsync(new Show { Number = 1 });
        var loser = new GrainState<Show>(new Show { Number = 2 });
        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync(Name, _grain, loser));
        Assert.Equal(winner.ETag, error.StoredEtag);
        Assert.Null(error.CurrentEtag);
        Assert.Null(loser.ETag);
        Assert.False(loser.RecordExists);
        Assert.Equal(1, (await ReadAsync()).State!.Number);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not a number")]
    [InlineData("-1")]
    public async Task A_write_or_clear_with_a_stale_etag_conflicts_and_changes_nothing(string? etag)
    {
        var current = await WriteAsync(new Show { Number = 1 });
        var stale = etag ?? current.ETag;
        current.State = new Show { Number = 2 };
        await _storage.WriteStateAsync(Name, _grain, current);

        var late = new GrainState<Show>(new Show { Number = 3 }, stale) { RecordExists = true };
        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync(Name, _grain, late));
        Assert.Equal((current.ETag, stale), (error.StoredEtag, error.CurrentEtag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync(Name, _grain, late));
        Assert.Equal(stale, late.ETag);
        Assert.Equal(2, (await ReadAsync()).State!.Number);
    }

    [Fact]
    public async Task A_clear_deletes_the_row_and_the_next_write_creates_a_new_one()
    {
        var state = await WriteAsync(new Show { Number = 1 });
        var old = state.ETag;
        await _storage.ClearStateAsync(Name, _grain, state);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
        Assert.Equal(0, state.State!.Number);
        Assert.False((await ReadAsync()).RecordExists);

        await _storage.ClearStateAsync(Name, _grain, state);
        state.State = new Show { Number = 2 };
        await _storage.WriteStateAsync(Name, _grain, state);

        // This is a new row: a writer with the old etag must not overwrite it.
        var late = new GrainState<Show>(new Show { Number = 3 }, old);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync(Name, _grain, late));
        Assert.NotEqual(old, state.ETag);
    }

    [Fact]
    public async Task A_clear_that_has_not_read_the_row_conflicts()
    {
        await WriteAsync(new Show { Number = 1 });
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync(Name, _grain, new GrainState<Show>()));
        Assert.True((await ReadAsync()).RecordExists);
    }

    [Fact]
    public async Task A_write_to_a_cleared_row_conflicts()
    {
        var state = await WriteAsync(new Show { Number = 1 });
        await _storage.ClearStateAsync(Name, _grain, await ReadAsync());
        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync(Name, _grain, state));
        Assert.Null(error.StoredEtag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync(Name, _grain, state));
    }

    [Fact]
    public async Task Exactly_one_of_fifty_writers_wins_each_version()
    {
        for (var round = 1; round <= 10; round++)
        {
            var writers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ReadAsync()));
            Assert.Single(writers.Select(writer => writer.ETag).Distinct());
            var won = await Task.WhenAll(writers.Select(writer => TryWriteAsync(writer, writer.State!.Number + 1)));
            Assert.Equal(1, won.Count(win => win));
            Assert.Equal(round, (await ReadAsync()).State!.Number);
        }
    }

    [Fact]
    public async Task Keys_are_stored_unchanged()
    {
        string[] keys =
        [
            "ff", "0ff", "FF", "Ff", "255", " ff", "ff ", "a/b", "a%2fb", "ü", "u\u0308", "日本語𝄞",
            "'; DROP TABLE grain_state; --", new('k', 1000),
        ];
        foreach (var key in keys)
            await _storage.WriteStateAsync(Name, GrainId.Create("odd", key), new GrainState<Show>(new Show { Title = key }));
        foreach (var key in keys)
        {
            var state = new GrainState<Show>();
            await _storage.ReadStateAsync(Name, GrainId.Create("odd", key), state);
            Assert.Equal(key, state.State!.Title);
        }
    }

    [Fact]
    public async Task States_of_different_grain_types_or_names_are_kept_apart()
    {
        await WriteAsync(new Show { Number = 1 });
        var other = new GrainState<Show>();
        await _storage.ReadStateAsync("other", _grain, other);
        Assert.False(other.RecordExists);
        await _storage.ReadStateAsync(Name, GrainId.Create("other", _grain.Key.ToString()!), other);
        Assert.False(other.RecordExists);
    }

    private async Task<GrainState<Show>> ReadAsync()
    {
        var state = new GrainState<Show>();
        await _storage.ReadStateAsync(Name, _grain, state);
        return state;
    }

    private async Task<GrainState<Show>> WriteAsync(Show show)
    {
        var state = new GrainState<Show>(show);
        await _storage.WriteStateAsync(Name, _grain, state);
        return state;
    }

    private async Task<bool> TryWriteAsync(GrainState<Show> state, int number)
    {
        try
        {
            state.State = state.State! with { Number = number };
            await _storage.WriteStateAsync(Name, _grain, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
