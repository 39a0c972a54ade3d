/** Whether the database answers and its migrations are applied. */
export async function isReachable(db: D1Database): Promise<boolean> {
  try {
    await db.prepare("select 1 from models limit 1").all();
    return true;
  } catch (error) {
    console.error("the database does not answer", error);
    return false;
  }
}
