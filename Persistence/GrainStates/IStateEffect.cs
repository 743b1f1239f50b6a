using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// A change that is made together with a grain's state: an enqueued job, a timeline entry. It runs in the transaction that writes the
/// state, so that either both are committed or neither is.
/// </summary>
/// <remarks>An exception rolls back the write and reaches the grain.</remarks>
public interface IStateEffect
{
    /// <summary>Whether it runs before the state's read models are written, because it locks or validates; otherwise it runs after them.</summary>
    bool IsGuard => false;

    /// <summary>Makes the change.</summary>
    ValueTask ApplyAsync(StateWrite write);
}

/// <summary>One write or clear of a state, while its transaction is open.</summary>
/// <param name="grain">The grain whose state it is.</param>
/// <param name="transaction">The transaction that writes it.</param>
/// <param name="services">The silo's services.</param>
/// <param name="cancellationToken">Cancels the write.</param>
public sealed class StateWrite(GrainId grain, NpgsqlTransaction transaction, IServiceProvider services, CancellationToken cancellationToken)
{
    /// <summary>The grain whose state it is.</summary>
    public GrainId Grain => grain;

    /// <summary>The transaction that writes it.</summary>
    public NpgsqlTransaction Transaction => transaction;

    /// <summary>Cancels the write.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Detail for the audit trail in addition to the caller's action; null for none.</summary>
    public string? AuditDetail { get; internal set; }

    /// <summary>A service that an effect uses, such as a table.</summary>
    public T Service<T>() where T : notnull => services.GetRequiredService<T>();
}

/// <summary>Adds detail to the audit trail, such as the names of changed fields. Never a value that may be secret.</summary>
/// <param name="Text">The detail of the entry.</param>
public sealed record AuditDetail(string Text) : IStateEffect
{
    /// <inheritdoc/>
    public ValueTask ApplyAsync(StateWrite write)
    {
        write.AuditDetail = Text;
        return ValueTask.CompletedTask;
    }
}
