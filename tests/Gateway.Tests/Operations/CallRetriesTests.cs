using AudioOrleans.Gateway.Operations;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace AudioOrleans.Gateway.Tests.Operations;

/// <summary>Calls of a client and of grains, with faults on the way behind the retries.</summary>
public sealed class CallRetriesTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _time = new();
    private readonly Faults _faults = new();
    private readonly Lifetime _lifetime = new();
    private readonly Operation _operation = Operation.New();
    private InProcessTestCluster _cluster = null!;

    private IRetriedGrain Grain => _cluster.GetSiloServiceProvider().GetRequiredService<IGrainFactory>().GetGrain<IRetriedGrain>("r");

    public static TheoryData<Exception> OpenFaults => [new SiloUnavailableException(), new TimeoutException()];

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        (builder.Options.ConfigureFileLogging, builder.Options.InitializeClientOnDeploy) = (false, false);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorage("audio");
            silo.Services.AddSingleton<IOutgoingGrainCallFilter>(services =>
                new CallRetries(services, services.GetRequiredService<DeepCopier>(), _time, _lifetime, NullLogger<CallRetries>.Instance));
            silo.Services.AddSingleton<IOutgoingGrainCallFilter>(_faults);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _lifetime.Dispose();

    [Theory]
    [MemberData(nameof(OpenFaults))]
    public async Task A_call_of_an_operation_is_sent_again_as_another_attempt_at_it(Exception fault)
    {
        OperationContext.Enter(_operation);
        _faults.Next(fault);
        Assert.Equal("hello True", await PassAsync(Grain.Tell("hello")));
        Assert.Equal(2, _faults.Seen.Count);
        Assert.Equal(_operation, _faults.Seen[0]);
        Assert.Equal((_operation.Id, true), (_faults.Seen[1]!.Value.Id, _faults.Seen[1]!.Value.IsRepeat));
        Assert.NotEqual(_operation.Attempt, _faults.Seen[1]!.Value.Attempt);
        Assert.Equal(_operation, OperationContext.Current);
    }

    [Fact]
    public async Task Methods_with_and_without_an_answer_are_sent_again()
    {
        OperationContext.Enter(_operation);
        _faults.Next(new SiloUnavailableException());
        await PassAsync(TouchAsync());
        _faults.Next(new SiloUnavailableException());
        Assert.Equal(1, await PassAsync(Grain.Count().AsTask()));

        async Task<bool> TouchAsync()
        {
            await Grain.Touch();
            return true;
        }
    }

    [Fact]
    public async Task A_call_that_was_run_and_whose_answer_was_lost_is_sent_again_with_its_arguments()
    {
        OperationContext.Enter(_operation);
        for (var round = 0; round < 2; round++)
        {
            _faults.LoseAnswers(new SiloUnavailableException(), new TimeoutException());
            Assert.Equal("hello True", await PassAsync(Grain.Tell("hello")));
        }
        Assert.Equal(6, _faults.Seen.Count);
    }

    [Theory]
    [MemberData(nameof(OpenFaults))]
    public async Task A_call_outside_of_operations_is_not_sent_again_since_it_may_change_something(Exception fault)
    {
        _faults.Next(fault);
        Assert.Same(fault, await Assert.ThrowsAnyAsync<Exception>(() => PassAsync(Grain.Tell("hello"))));
        Assert.Single(_faults.Seen);
    }

    [Theory]
    [MemberData(nameof(OpenFaults))]
    public async Task What_reads_is_sent_again(Exception fault)
    {
        _faults.Next(fault);
        Assert.Equal("read", await PassAsync(Grain.Read()));
        OperationContext.EnterReading();
        _faults.Next(fault);
        Assert.Equal("hello", (await PassAsync(Grain.Tell("hello"))).Trim());
        Assert.Equal([null, null, null, null], _faults.Seen);
    }

    [Fact]
    public async Task A_refusal_is_an_answer()
    {
        OperationContext.Enter(_operation);
        await Assert.ThrowsAsync<AudioException>(() => Grain.Refuse());
        Assert.Single(_faults.Seen);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_ten_seconds_for_a_silo_that_does_not_come_back()
    {
        OperationContext.Enter(_operation);
        _faults.Next([.. Enumerable.Repeat(new SiloUnavailableException(), 100)]);
        var start = _time.GetUtcNow();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => PassAsync(Grain.Tell("hello")));
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        Assert.Equal(7, _faults.Seen.Count);
    }

    [Fact]
    public async Task A_second_timeout_is_the_last()
    {
        OperationContext.Enter(_operation);
        _faults.Next(new TimeoutException(), new SiloUnavailableException(), new TimeoutException(), new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => PassAsync(Grain.Tell("hello")));
        Assert.Equal(3, _faults.Seen.Count);
    }

    [Fact]
    public async Task What_a_grain_calls_is_sent_again_with_the_call_that_it_is_part_of()
    {
        OperationContext.Enter(_operation);
        _faults.Next(null, new TimeoutException());
        Assert.Equal("hello True", await PassAsync(Grain.TellVia("s", "hello")));
        Assert.Equal(4, _faults.Seen.Count);
        Assert.Equal(_faults.Seen[2], _faults.Seen[3]); // One attempt, all the way.
    }

    [Fact]
    public async Task A_platform_that_stops_does_not_wait()
    {
        OperationContext.Enter(_operation);
        _lifetime.Stop();
        _faults.Next(new SiloUnavailableException());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Tell("hello"));
        Assert.Single(_faults.Seen);
    }

    /// <summary>Lets the clock go on whenever the call waits for it.</summary>
    private async Task<T> PassAsync<T>(Task<T> call)
    {
        await Eventually.That(
            () =>
            {
                if (_time.PendingTimers > 0)
                    _time.Advance(TimeSpan.FromMilliseconds(50));
                return call.IsCompleted;
            },
            Patience, "the call ends");
        return await call;
    }

    /// <summary>Fails calls of the grain on their way, one after the other; null lets one pass. Orleans' own calls come by as well.</summary>
    private sealed class Faults : IOutgoingGrainCallFilter
    {
        private readonly Queue<Exception?> _next = new();
        private readonly Queue<Exception> _lost = new();

        public List<Operation?> Seen { get; } = [];

        public void Next(params IReadOnlyList<Exception?> faults)
        {
            foreach (var fault in faults)
                _next.Enqueue(fault);
        }

        /// <summary>Fails calls when the grain has done them.</summary>
        public void LoseAnswers(params IReadOnlyList<Exception> faults)
        {
            foreach (var fault in faults)
                _lost.Enqueue(fault);
        }

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType == typeof(IRetriedGrain))
            {
                Seen.Add(OperationContext.Current);
                if (_next.TryDequeue(out var fault) && fault is not null)
                    throw fault;
            }
            await context.Invoke();
            if (context.InterfaceMethod.DeclaringType == typeof(IRetriedGrain) && _lost.TryDequeue(out var lost))
                throw lost;
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Stop() => _stopping.Cancel();

        public void StopApplication() => Stop();

        public void Dispose() => _stopping.Dispose();
    }
}
