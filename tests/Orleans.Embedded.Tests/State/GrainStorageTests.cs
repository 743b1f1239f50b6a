using Audio.Orleans.Embedded.Tests.Support;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Audio.Orleans.Embedded.Tests.State;

public class GrainStorageTests
{
    [Fact]
    public async Task A_storage_of_the_application_is_registered_under_its_name_and_told_of_the_start()
    {
        var storage = new RecordingStorage();
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Services.AddGrainStorage("named", (_, name) => name == "named" ? storage : throw new InvalidOperationException()));
        Assert.True(storage.Started);
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<IShelfGrain>(key);
        await grain.Put("one").Soon();
        Assert.Equal(["read other", "write other"], Diary.Read($"shelf/{key}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_storage_throws_reaches_the_grain_as_an_OrleansException(bool ofOrleans)
    {
        Exception failure = ofOrleans ? new StoreClosedException() : new InvalidOperationException("closed");
        var storage = new RecordingStorage { WriteFailure = failure };
        await using var silo = await TestSilo.StartAsync(builder => builder.Services.AddGrainStorage("named", (_, _) => storage));
        var thrown = await Assert.ThrowsAnyAsync<OrleansException>(() => silo.Grains.GetGrain<IShelfGrain>(TestSilo.NewKey()).Put("one").Soon());
        Assert.Same(failure, ofOrleans ? thrown : thrown.InnerException);
    }

    private sealed class StoreClosedException() : OrleansException("closed");

    private sealed class RecordingStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
    {
        public bool Started { get; private set; }

        public Exception? WriteFailure { get; init; }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Record("read", stateName, grainId);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            WriteFailure is null ? Record("write", stateName, grainId) : Task.FromException(WriteFailure);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Record("clear", stateName, grainId);

        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            nameof(RecordingStorage),
            ServiceLifecycleStage.ApplicationServices,
            _ =>
            {
                Started = true;
                return Task.CompletedTask;
            });

        private static Task Record(string what, string stateName, GrainId grainId)
        {
            Diary.Write(grainId.ToString(), $"{what} {stateName}");
            return Task.CompletedTask;
        }
    }
}
