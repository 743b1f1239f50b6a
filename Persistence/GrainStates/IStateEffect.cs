using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// What changes together with a grain's state: a job that is enqueued, a line of a timeline. It runs in the transaction that writes the
/// state, so either all of it happens or nothing does.
/// </summary>
/// <remarks>An exception undoes the write and reaches the grain.</remarks>
public interface IStateEffect
{
    /// <summary>Whether it runs before the state's read models are written, since it locks or refuses; otherwise it runs after them.</summary>
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

    /// <summary>What the audit trail says of this write beside the caller's action; null for nothing.</summary>
    public string? AuditDetail { get; internal set; }

    /// <summary>A service that an effect needs, such as a table.</summary>
    public T Service<T>() where T : notnull => services.GetRequiredService<T>();
}

/// <summary>Says more about a change in the audit trail, such as the names of the fields that change. Never a value that may be secret.</summary>
/// <param name="Text">What the entry says.</param>
public sealed record AuditDetail(string Text) : IStateEffect
{
    /// <inheritdoc/>
    public ValueTask ApplyAsync(StateWrite write)
    {
        write.AuditDetail = Text;
        return ValueTask.CompletedTask;
    }
}
