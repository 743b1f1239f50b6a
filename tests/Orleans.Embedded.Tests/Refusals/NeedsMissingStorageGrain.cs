namespace Audio.Orleans.Embedded.Tests.Refusals.Refused;

[GenerateSerializer]
public sealed class MissingState
{
    [Id(0)]
    public string Text { get; set; } = "";
}

public interface INeedsMissingStorage : IGrainWithStringKey
{
    Task Touch();
}

public class NeedsMissingStorageGrain(
    [PersistentState("state", "missing")] IPersistentState<MissingState> state) : Grain, INeedsMissingStorage
{
    public Task Touch() => Task.FromResult(state.State.Text);
}
