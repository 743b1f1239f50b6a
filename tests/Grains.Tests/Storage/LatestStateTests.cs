using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;

namespace AudioOrleans.Grains.Tests.Storage;

public sealed class LatestStateTests : IDisposable
{
    private readonly SlowState _stored = new();
    private readonly LatestState<Note> _kept;

    public LatestStateTests() => _kept = new LatestState<Note>(_stored, NullLogger.Instance);

    public void Dispose() => _stored.Dispose();

    [Fact]
    public async Task During_a_write_only_the_newest_value_waits()
    {
        Assert.Null(_kept.Value);
        for (var i = 1; i <= 5; i++)
            _kept.Keep(new Note { Number = i });
        _stored.Release(5);
        await _kept.WrittenAsync();
        Assert.Equal([1, 5], _stored.Written);
        Assert.Equal(5, _kept.Value!.Number);
    }

    [Fact]
    public async Task A_failed_write_is_ignored_and_the_next_value_is_written()
    {
        _stored.Failures.Enqueue(new DatabaseUnavailableException("gone", TimeSpan.Zero, new IOException()));
        _stored.Release(2);
        _kept.Keep(new Note { Number = 1 });
        await _kept.WrittenAsync();
        _kept.Keep(new Note { Number = 2 });
        await _kept.WrittenAsync();
        Assert.Equal([2], _stored.Written);
    }

    [Fact]
    public async Task The_state_of_another_activation_is_overwritten()
    {
        _stored.Failures.Enqueue(new InconsistentStateException("Somebody else wrote."));
        _stored.Release(2);
        _kept.Keep(new Note { Number = 1 });
        await _kept.WrittenAsync();
        Assert.Equal(1, _stored.Reads);
        Assert.Equal([1], _stored.Written);
    }

    private sealed record Note
    {
        public int Number { get; init; }
    }

    /// <summary>Each write waits until it is released.</summary>
    private sealed class SlowState : IPersistentState<Note>, IDisposable
    {
        private readonly SemaphoreSlim _access = new(0);

        public Note State { get; set; } = new();

        public string? Etag => null;

        public bool RecordExists { get; private set; }

        public Queue<Exception> Failures { get; } = [];

        public List<int> Written { get; } = [];

        public int Reads { get; private set; }

        public void Dispose() => _access.Dispose();

        public void Release(int writes) => _access.Release(writes);

        public Task ReadStateAsync()
        {
            Reads++;
            return Task.CompletedTask;
        }

        public async Task WriteStateAsync()
        {
            var writing = State;
            await _access.WaitAsync();
            if (Failures.TryDequeue(out var failure))
                throw failure;
            Written.Add(writing.Number);
            RecordExists = true;
        }

        public Task ClearStateAsync() => Task.CompletedTask;
    }
}
