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

/// <summary>Calls of a client and of grains, with faults injected behind the retries.</summary>
public sealed class CallRetriesTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

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
    public async Task A_call_within_an_operation_is_retried_as_another_attempt(Exception fault)
    {
        OperationContext.Enter(_operation);
        _faults.Next(fault);
        Assert.Equal("hello True", await PassAsync(Grain.Echo("hello")));
        Assert.Equal(2, _faults.Seen.Count);
        Assert.Equal(_operation, _faults.Seen[0]);
        Assert.Equal((_operation.Id, true), (_faults.Seen[1]!.Value.Id, _faults.Seen[1]!.Value.IsRepeat));
        Assert.NotEqual(_operation.Attempt, _faults.Seen[1]!.Value.Attempt);
        Assert.Equal(_operation, OperationContext.Current);
    }

    [Fact]
    public async Task Methods_with_and_without_a_result_are_retried()
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
    public async Task A_call_whose_response_was_lost_is_retried_with_its_arguments()
    {
        OperationContext.Enter(_operation);
        for (var round = 0; round < 2; round++)
        {
            _faults.LoseResponses(new SiloUnavailableException(), new TimeoutException());
            Assert.Equal("hello True", await PassAsync(Grain.Echo("hello")));
        }
        Assert.Equal(6, _faults.Seen.Count);
    }

    [Theory]
    [MemberData(nameof(OpenFaults))]
    public async Task A_call_outside_of_operations_is_not_retried_because_it_may_change_something(Exception fault)
    {
        _faults.Next(fault);
        Assert.Same(fault, await Assert.ThrowsAnyAsync<Exception>(() => PassAsync(Grain.Echo("hello"))));
        Assert.Single(_faults.Seen);
    }

    [Theory]
    [MemberData(nameof(OpenFaults))]
    public async Task A_read_is_retried(Exception fault)
    {
        _faults.Next(fault);
        Assert.Equal("read", await PassAsync(Grain.Read()));
        OperationContext.EnterReading();
        _faults.Next(fault);
        Assert.Equal("hello", (await PassAsync(Grain.Echo("hello"))).Trim());
        Assert.Equal([null, null, null, null], _faults.Seen);
    }

    [Fact]
    public async Task A_refusal_is_not_retried()
    {
        OperationContext.Enter(_operation);
        await Assert.ThrowsAsync<AudioException>(() => Grain.Refuse());
        Assert.Single(_faults.Seen);
    }

    [Fact]
    public async Task A_call_waits_at_most_ten_seconds_for_a_silo_that_does_not_come_back()
    {
        OperationContext.Enter(_operation);
        _faults.Next([.. Enumerable.Repeat(new SiloUnavailableException(), 100)]);
        var start = _time.GetUtcNow();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => PassAsync(Grain.Echo("hello")));
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        Assert.Equal(7, _faults.Seen.Count);
    }

    [Fact]
    public async Task A_second_timeout_is_not_retried()
    {
        OperationContext.Enter(_operation);
        _faults.Next(new TimeoutException(), new SiloUnavailableException(), new TimeoutException(), new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => PassAsync(Grain.Echo("hello")));
        Assert.Equal(3, _faults.Seen.Count);
    }

    [Fact]
    public async Task A_call_made_by_a_grain_is_retried_with_the_call_that_it_is_part_of()
    {
        OperationContext.Enter(_operation);
        _faults.Next(null, new TimeoutException());
        Assert.Equal("hello True", await PassAsync(Grain.EchoVia("s", "hello")));
        Assert.Equal(4, _faults.Seen.Count);
        Assert.Equal(_faults.Seen[2], _faults.Seen[3]); // The same attempt in both calls.
    }

    [Fact]
    public async Task A_platform_that_is_stopping_does_not_retry()
    {
        OperationContext.Enter(_operation);
        _lifetime.Stop();
        _faults.Next(new SiloUnavailableException());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Echo("hello"));
        Assert.Single(_faults.Seen);
    }

    /// <summary>Advances the clock whenever the call waits for it.</summary>
    private async Task<T> PassAsync<T>(Task<T> call)
    {
        await Eventually.That(
            () =>
            {
                if (_time.PendingTimers > 0)
                    _time.Advance(TimeSpan.FromMilliseconds(50));
                return call.IsCompleted;
            },
            Deadline, "the call ends");
        return await call;
    }

    /// <summary>Fails calls of the grain before they are sent, one after the other; null lets one pass. Ignores Orleans' own calls.</summary>
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

        /// <summary>Fails calls after the grain has run them.</summary>
        public void LoseResponses(params IReadOnlyList<Exception> faults)
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
