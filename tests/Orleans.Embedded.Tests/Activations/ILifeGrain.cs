using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Activations;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<string> Touch();

    Task Leave();

    Task LeaveAndHold(string gate);

    Task StayFor(TimeSpan time);

    Task HoldOn(string gate);
}

public interface IKeptGrain : IGrainWithStringKey
{
    Task Touch();
}

public interface IFailingGrain : IGrainWithStringKey
{
    Task Touch();
}

public interface IFailingInConstructorGrain : IGrainWithStringKey
{
    Task Touch();
}

public class LifeGrain : Grain, ILifeGrain, IAsyncDisposable
{
    private readonly string _activation = Guid.NewGuid().ToString("N");

    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Diary.Write(Key, "activated");
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Diary.Write(Key, $"deactivated {reason.ReasonCode}");
    }

    public Task<string> Touch() => Task.FromResult(_activation);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task LeaveAndHold(string gate)
    {
        DeactivateOnIdle();
        return Gate.Of(gate).Pass();
    }

    public Task StayFor(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task HoldOn(string gate) => Gate.Of(gate).Pass();

    public ValueTask DisposeAsync()
    {
        Diary.Write(Key, "disposed");
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

[KeepAlive]
public class KeptGrain : Grain, IKeptGrain
{
    public Task Touch() => Task.CompletedTask;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Diary.Write(this.GetPrimaryKeyString(), $"deactivated {reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

public class FailingGrain : Grain, IFailingGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        Diary.Write(this.GetPrimaryKeyString(), "tried");
        if (Diary.Count(this.GetPrimaryKeyString(), "tried") == 1)
            throw new InvalidOperationException("no luck");
    }

    public Task Touch() => Task.CompletedTask;
}

public class FailingInConstructorGrain : Grain, IFailingInConstructorGrain
{
    public FailingInConstructorGrain() => throw new InvalidOperationException("no luck at all");

    public Task Touch() => Task.CompletedTask;
}
